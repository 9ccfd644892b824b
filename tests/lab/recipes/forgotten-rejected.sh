# A firewall is restarted in the midst of a download, knows nothing of the connection, and rejects what
# it does not know: ICMP "host administratively prohibited".
network
delay 5
record server server eth0 128
record client client eth0 128
serve "request send:1448*160@0.05"
talk stuck 9 $SERVER "get drain" &
transfer=$!
enough_seen() { (($(captured_bytes) > 4000)); }
wait_for 10 enough_seen
rule oifname to-client tcp sport $PORT reject with icmp type host-prohibited
wait $transfer
finish

never="--not-size --never zero-window --never path-outage"
expect server --exit 1 $never --must "data-undelivered,src=$SERVER,dst=$CLIENT" \
  --truth "From some moment on the router rejects every packet of the server, and says so."
expect client --exit 0,1,3 --not-size --never zero-window \
  --truth "From some moment on nothing comes from the server any more."
