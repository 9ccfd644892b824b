# Nothing of any size passes for 5 s, over two flows, then everything does.
network
delay 5
record server server eth0 96
record client client eth0 96
serve "request send:200-2500*160@0.05"
talk complete 30 $SERVER "get drain" --connections 2 --parallel 2 &
transfer=$!
enough_seen() { (($(captured_bytes) > 8000)); }
wait_for 10 enough_seen
rule drop
elapse 5
pass_everything
wait $transfer
finish

# Away from the sender an outage looks like a server with nothing to say.
expect server --exit 1 --not-size --must "path-outage,confidence=confirmed,src=$SERVER,dst=$CLIENT" \
  --never zero-window --never data-undelivered \
  --truth "path-outage: for 5 s no packet of any size passed in either direction; path MTU 1500."
expect client --exit 0,1,3 --not-size --never zero-window --never data-undelivered \
  --truth "path-outage: for 5 s no packet of any size passed in either direction; path MTU 1500."
