# PTBs that quote bytes which were never sent (a forgery, or a firewall that changes sequence numbers): the
# server ignores them.
network
limit 1400 to-client
forge_ptb --above 1400 --mtu 1400 --seq-plus 1000000
record server server eth0
serve "request reply:1751"
download stuck 6 $SERVER
finish

truth="The path carries 1400 bytes; the PTBs quote bytes that the server never sent."
expect server --exit 1 --truth "$truth" --must "ptb-suspect,src=$SERVER,dst=$CLIENT" \
  --blackhole "$SERVER>$CLIENT,delivered=355,pmtu=1400,lost=1500,confidence=confirmed,vantage=sender" \
  --never pmtud-working
