# ICMPv6 Packet Too Big with an MTU below 1280: the server discards it (RFC 8201 4).
network
limit 1400 to-client
forge_ptb --above 1400 --mtu 1200
record server server eth0
serve "request reply:1751"
download stuck 6 $SERVER6
finish

truth="The path carries 1400 bytes; the PTBs say 1200, which IPv6 does not allow."
expect server --exit 1 --truth "$truth" --must "ptb-suspect,src=$SERVER6,dst=$CLIENT6" \
  --blackhole "$SERVER6>$CLIENT6,delivered=395,pmtu=1400,lost=1500,confidence=confirmed,vantage=sender" \
  --never pmtud-working
