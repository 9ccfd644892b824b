# The incident over a path with an RTT of 100 ms: six full segments and a small one behind them.
network
limit 1460
delay 50
tunnel 1420
record server server wg0
record client client wg0
serve "request reply:9000"
download stuck 10 $INNER_SERVER
finish

truth="The path carries 1460 bytes, so 1392 inside the tunnel."
hole="$INNER_SERVER>$INNER_CLIENT,delivered=52,pmtu=1392,lost=1420"
expect server --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
expect client --exit 1 --blackhole "$hole,confidence=suspected|confirmed,vantage=receiver" --truth "$truth"
