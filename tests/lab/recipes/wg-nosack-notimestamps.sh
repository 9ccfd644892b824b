# The incident without SACK and without TCP timestamps.
network
limit 1460
tunnel 1420
settings client net.ipv4.tcp_sack=0 net.ipv4.tcp_timestamps=0
settings server net.ipv4.tcp_sack=0 net.ipv4.tcp_timestamps=0
record server server wg0
record client client wg0
serve "request reply:1751"
download stuck 8 $INNER_SERVER
finish

truth="The path carries 1460 bytes, so 1392 inside the tunnel."
hole="$INNER_SERVER>$INNER_CLIENT,pmtu=1392,lost=1420"
expect server --exit 1 --blackhole "$hole,delivered=40,confidence=suspected|confirmed,vantage=sender" --truth "$truth"
expect client --exit 1 --blackhole "$hole,delivered=411,confidence=suspected|confirmed,vantage=receiver" \
  --truth "$truth"
