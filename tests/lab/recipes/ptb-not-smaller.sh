# A tunnel endpoint that reports the MTU of its link instead of the tunnel's: 1500, about a packet of 1500.
network
limit 1400 to-client
forge_ptb --above 1400 --mtu 1500
record server server eth0
serve "request reply:1751"
download stuck 6 $SERVER
finish

truth="The path carries 1400 bytes; the router says 1500, which does not help."
expect server --exit 1 --truth "$truth" --must "ptb-suspect,src=$SERVER,dst=$CLIENT" \
  --blackhole "$SERVER>$CLIENT,delivered=355,pmtu=1400,lost=1500,confidence=confirmed,vantage=sender" \
  --never pmtud-working
