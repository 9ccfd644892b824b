# plain-blackhole, but the recordings start after the handshake: MSS and window scale are unknown.
network
limit 1400
serve "request pause:2 reply:1751"
talk stuck 10 $SERVER "get drain" &
transfer=$!
established() { on server ss -Htn state established "sport = :$PORT" | grep -q .; }
wait_for 10 established
record server server eth0
record client client eth0
wait $transfer
finish

truth="The path carries 1400 bytes and says nothing about the rest."
hole="$SERVER>$CLIENT,delivered=355,pmtu=1400,lost=1500"
expect server --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
expect client --exit 1,3 --truth "$truth Without the handshake the size of what is missing is a guess." \
  --never "pmtu-blackhole,src=$CLIENT,dst=$SERVER" --never path-outage --never zero-window --never ptb-ignored
