# plain-blackhole with IPv6.
network
limit 1400
record server server eth0
record client client eth0
record middle router to-server
serve "request reply:1751"
download stuck 8 $SERVER6
finish

truth="The path carries 1400 bytes and says nothing about the rest."
hole="$SERVER6>$CLIENT6,delivered=395,pmtu=1400,lost=1500"
expect server --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
expect middle --exit 1 --blackhole "$hole,confidence=confirmed" --truth "$truth"
expect client --exit 1 --blackhole "$hole,confidence=suspected|confirmed" --truth "$truth"
