# The router refuses connections in the name of its administration: ICMP and ICMPv6 "prohibited", no RST.
network
rule tcp dport $PORT meta nfproto ipv4 reject with icmp type admin-prohibited
rule tcp dport $PORT meta nfproto ipv6 reject with icmpv6 type admin-prohibited
record client client eth0
talk failed 5 $SERVER "get drain" --connections 2
talk failed 5 $SERVER6 "get drain" --connections 2
finish

expect client --exit 0 --not-size --must "connection-refused,confidence=confirmed,src=$CLIENT,dst=$SERVER" \
  --must "connection-refused,confidence=confirmed,src=$CLIENT6,dst=$SERVER6" --never syn-unanswered \
  --never data-undelivered --never path-outage \
  --truth "The router answers every SYN with ICMP \"administratively prohibited\", over IPv4 and IPv6: refused, not unanswered."
