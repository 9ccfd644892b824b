# plain-blackhole recorded with -i any on the router: each forwarded packet appears twice (with another
# TTL), each dropped one once. Linux cooked v2.
network
limit 1400
record router router any
serve "request reply:1751"
download stuck 8 $SERVER
finish

expect router --exit 1 --quality --blackhole "$SERVER>$CLIENT,delivered=355,pmtu=1400,lost=1500,confidence=suspected|confirmed" \
  --truth "The path carries 1400 bytes; packets seen twice were delivered beyond the router, those seen once were dropped by it."
