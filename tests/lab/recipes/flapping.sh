# The router's link to the client goes down three times, for 2 s each, while two flows send records.
network
record server server eth0 96
serve "send:100-900*300@0.05"
talk complete 40 $SERVER "drain" --connections 2 --parallel 2 &
transfer=$!
enough_seen() { (($(captured_bytes) > 4000)); }
wait_for 10 enough_seen
for flap in 1 2 3; do
  on router ip link set to-client down
  elapse 2
  on router ip link set to-client up
  elapse 4
done
wait $transfer
finish

expect server --exit 1 --not-size --must "path-outage,confidence=confirmed,src=$SERVER,dst=$CLIENT" \
  --never zero-window --never data-undelivered \
  --truth "path-outage: three outages of 2 s, in both directions; path MTU 1500."
