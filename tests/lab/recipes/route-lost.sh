# In the midst of a download of full-sized packets the router loses its way to the client, and says
# "host unreachable". Nothing smaller is under way that would tell it from a path that shrank.
network
delay 5
record server server eth0 128
record client client eth0 128
serve "request send:1448*160@0.05"
talk stuck 9 $SERVER "get drain" &
transfer=$!
enough_seen() { (($(captured_bytes) > 4000)); }
wait_for 10 enough_seen
on router ip route add unreachable $CLIENT/32
wait $transfer
finish

never="--not-size --never zero-window --never data-undelivered"
expect server --exit 1 $never --must "path-outage,src=$SERVER,dst=$CLIENT" \
  --truth "The router has no route to the client any more, and says so of every packet."
expect client --exit 0,1,3 $never --truth "From some moment on nothing comes from the server any more."
