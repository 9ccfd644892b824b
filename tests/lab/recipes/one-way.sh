# plain-blackhole of which each recording holds one direction only: what the server sends, what it gets.
network
limit 1400
record sent server eth0 128 src $SERVER and tcp
record received server eth0 128 dst $SERVER and tcp
serve "request reply:1751"
download stuck 8 $SERVER
finish

truth="The path carries 1400 bytes. One direction was recorded: nothing can be confirmed."
expect sent --exit 0,1,3 --quality --truth "$truth" --never "pmtu-blackhole,confidence=confirmed" \
  --never "pmtu-blackhole,src=$CLIENT,dst=$SERVER" --never path-outage --never zero-window --never ptb-ignored
expect received --exit 0,1,3 --quality --truth "$truth" --never "pmtu-blackhole,confidence=confirmed" \
  --never "pmtu-blackhole,src=$CLIENT,dst=$SERVER" --never path-outage --never zero-window --never ptb-ignored
