# A tunnel with Tailscale's numbers (MTU 1280, addresses of 100.64.0.0/10) over an underlay that
# silently drops more than 1320 bytes: 1280 bytes inside need 1340 outside.
network
INNER_CLIENT=100.64.0.1 INNER_SERVER=100.64.0.2
limit 1320
tunnel 1280
record server server wg0
record client client wg0
serve "request reply:1751"
download stuck 8 $INNER_SERVER
finish

truth="The path carries 1320 bytes, so 1248 inside (padding: 1249 to 1264 are sent as 1324); the right MTU is 1260."
hole="$INNER_SERVER>$INNER_CLIENT,delivered=575,pmtu=1248,lost=1280"
expect server --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
expect client --exit 1 --blackhole "$hole,confidence=suspected|confirmed,vantage=receiver" --truth "$truth"
