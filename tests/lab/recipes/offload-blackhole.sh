# plain-blackhole with TSO, GSO and GRO at the ends: the server's capture shows packets larger than
# the MTU, which are cut before they reach the wire. The answer ends with a small segment.
offload_network
limit 1400
record server server eth0
record client client eth0
serve "request reply:9000"
download stuck 8 $SERVER
finish

truth="The path carries 1400 bytes; super-packets say nothing about sizes on the wire."
hole="$SERVER>$CLIENT,delivered=52,pmtu=1400,lost=1500"
expect server --exit 1 --quality --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
expect client --exit 1 --blackhole "$hole,confidence=suspected|confirmed,vantage=receiver" --truth "$truth"
