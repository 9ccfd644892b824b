# The server acknowledges the request and has still said nothing when the client gives up.
network
delay 5
record client client eth0
record server server eth0
serve "request pause:60"
talk stuck 6 $SERVER "get drain"
finish

expect server --exit 0 --healthy --truth "Nothing is wrong with the network: the server was still thinking; it sent no data at all."
expect client --exit 0,3 --never "pmtu-blackhole,confidence=confirmed" --never ptb-ignored --never zero-window \
  --never "pmtu-blackhole,src=$CLIENT,dst=$SERVER" --never path-outage \
  --truth "The client cannot tell a slow server from a lost answer; here the server was slow."
