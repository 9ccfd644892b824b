# The way from the server to the client dies while a download waits for its answer: nothing of any size arrives,
# the tunnel's own handshakes neither. From outside, one large packet is repeated at growing intervals.
network
tunnel 1420
record outer router to-server
serve "request pause:2 reply:1751"
talk stuck 30 $INNER_SERVER "get drain" &
transfer=$!
established() { on server ss -Htn state established "sport = :$PORT" | grep -q .; }
wait_for 10 established
elapse 1
rule oifname to-client drop
wait $transfer
finish

expect outer --exit 0,3 --never pmtu-blackhole \
  --truth "From the third second on nothing reaches the client, whatever its size."
