# Several downloads, at the same time and one after another: all full segments of all flows vanish,
# small answers (port 4097) complete meanwhile.
network
limit 1460
tunnel 1420
record server server wg0
serve "request reply:1751"
serve "request reply:300" 4097
downloads=()
for i in 1 2 3 4; do
  download stuck 5 $INNER_SERVER &
  downloads+=($!)
  download complete 5 $INNER_SERVER 4097
done
for i in "${downloads[@]}"; do wait "$i"; done
for i in 1 2; do
  download stuck 3 $INNER_SERVER
  download complete 5 $INNER_SERVER 4097
done
finish

expect server --exit 1 --blackhole \
  "$INNER_SERVER>$INNER_CLIENT,confidence=confirmed,delivered=435,pmtu=1392,lost=1420,vantage=sender" \
  --truth "The path carries 1460 bytes, so 1392 inside the tunnel: six flows are stuck, six are not."
