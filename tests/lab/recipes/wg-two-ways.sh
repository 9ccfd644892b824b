# Two connections, one stuck in each direction: two black holes of one path.
network
limit 1460
tunnel 1420
record server server wg0
record client client wg0
serve "request reply:1751"
serve "recv:1751 send:2 drain" 4097
download stuck 8 $INNER_SERVER &
other=$!
PORT=4097 talk stuck 8 $INNER_SERVER "send:1751 recv:2"
wait $other
finish

for vantage in server client; do
  down=$([[ $vantage == server ]] && echo confirmed || echo 'suspected|confirmed')
  up=$([[ $vantage == client ]] && echo confirmed || echo 'suspected|confirmed')
  expect $vantage --exit 1 \
    --blackhole "$INNER_SERVER>$INNER_CLIENT,confidence=$down,delivered=435,pmtu=1392,lost=1420" \
    --blackhole "$INNER_CLIENT>$INNER_SERVER,confidence=$up,delivered=435,pmtu=1392,lost=1420" \
    --truth "The path carries 1460 bytes in both directions, so 1392 inside the tunnel; both directions are stuck."
done
