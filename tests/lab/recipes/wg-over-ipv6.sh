# The tunnel over IPv6, where it costs 80 bytes: underlay limit 1480, tunnel MTU 1420.
network
limit 1480
tunnel 1420 "[$CLIENT6]" "[$SERVER6]"
record server server wg0
record client client wg0
record_pcapng both server eth0 wg0
serve "request reply:1751"
download stuck 8 $INNER_SERVER
finish

truth="The path carries 1480 bytes, so 1392 inside the tunnel; the right tunnel MTU is 1400."
hole="$INNER_SERVER>$INNER_CLIENT,delivered=435,pmtu=1392,lost=1420"
for vantage in server both; do
  expect $vantage --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
done
expect client --exit 1 --blackhole "$hole,confidence=suspected|confirmed,vantage=receiver" --truth "$truth"
