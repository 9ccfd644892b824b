# The twin of wg-blackhole that works: the same path, the tunnel's MTU set to 1400 at both ends.
network
limit 1460
tunnel 1400
record server server wg0
record client client wg0
serve "request reply:1751"
download complete 5 $INNER_SERVER
finish

for vantage in server client; do
  expect $vantage --exit 0 --healthy --not-tested "$INNER_SERVER>$INNER_CLIENT,lower=1400" \
    --truth "Every packet that a tunnel of MTU 1400 can send fits the path of 1460 bytes."
done
