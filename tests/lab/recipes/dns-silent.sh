# A firewall drops DNS queries; everything else passes. The client asks each name three times.
network
rule udp dport 53 drop
record client client eth0
serve_dns
serve "request reply:3000"
ask stuck $SERVER "www.lab mail.lab"
ask stuck $SERVER6 "www.lab"
download complete 5 $SERVER
finish

expect client --exit 1 --not-size --must "dns-unanswered,confidence=confirmed,src=$CLIENT,dst=$SERVER" \
  --must "dns-unanswered,src=$CLIENT6,dst=$SERVER6" --never path-outage \
  --truth "The router drops every DNS query, over IPv4 and IPv6; a download beside it works."
