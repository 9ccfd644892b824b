# A NAT that translates PTBs, but not what they quote: the server cannot match them.
network
limit 1400 to-client
forge_ptb --above 1400 --mtu 1400 --quote-src 203.0.113.9
record server server eth0
serve "request reply:1751"
download stuck 6 $SERVER
finish

truth="The path carries 1400 bytes; the PTBs quote a packet of another host."
expect server --exit 1 --truth "$truth" --must "ptb-suspect,src=$SERVER,dst=$CLIENT" \
  --blackhole "$SERVER>$CLIENT,delivered=355,pmtu=1400,lost=1500,confidence=confirmed,vantage=sender" \
  --never pmtud-working
