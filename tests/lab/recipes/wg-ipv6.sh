# The incident with IPv6 inside the tunnel.
network
limit 1460
tunnel 1420
record server server wg0
record client client wg0
serve "request reply:1751"
download stuck 8 $INNER_SERVER6
finish

truth="The path carries 1460 bytes, so 1392 inside the tunnel."
hole="$INNER_SERVER6>$INNER_CLIENT6,delivered=475,pmtu=1392,lost=1420"
expect server --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
expect client --exit 1 --blackhole "$hole,confidence=suspected|confirmed,vantage=receiver" --truth "$truth"
