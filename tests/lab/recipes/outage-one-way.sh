# For 4 s nothing of any size passes from the server to the client, while the client's records pass.
network
delay 5
record server server eth0 96
record client client eth0 96
serve "send:200-500*180@0.05"
serve "recv:27000" 4097
talk complete 25 $SERVER "recv:27000" &
download=$!
PORT=4097 talk any 25 $SERVER "send:150*180@0.05" &
upload=$!
enough_seen() { (($(captured_bytes) > 8000)); }
wait_for 10 enough_seen
rule ip saddr $SERVER drop
elapse 4
on router nft flush chain inet lab forward
rule oifname relay0 accept
wait $download $upload
finish

expect server --exit 1 --not-size --must "path-outage,confidence=confirmed,src=$SERVER,dst=$CLIENT" \
  --never zero-window --never data-undelivered \
  --truth "path-outage: for 4 s nothing from the server reached the client; the other direction was alive; path MTU 1500."
expect client --exit 0,1,3 --not-size --never zero-window --never data-undelivered \
  --truth "path-outage: for 4 s nothing from the server reached the client; the other direction was alive; path MTU 1500."
