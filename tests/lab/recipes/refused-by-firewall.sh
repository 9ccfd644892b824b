# A firewall in the way refuses with "port unreachable", as REJECT does, and some attempts only.
network
rule tcp dport 4097 reject
record client client eth0
serve "request reply:5000"
on client curl -s -m 5 "http://$SERVER:4097/" && fail "not refused"
download complete 5 $SERVER
finish

expect client --exit 0 --not-size --must "connection-refused,confidence=confirmed,src=$CLIENT,dst=$SERVER" \
  --never syn-unanswered --never data-undelivered --never path-outage \
  --truth "Port 4097 is refused by the router with ICMP \"port unreachable\"; port 4096 works."
