# The same silent limit of 1400 bytes, but the router clamps the MSS of both directions to 1360: works.
network
limit 1400
clamp 1360
record server server eth0
record client client eth0
serve "request reply:20000"
download complete 5 $SERVER
finish

for vantage in server client; do
  expect $vantage --exit 0 --healthy --not-tested "$SERVER>$CLIENT,lower=1400" \
    --truth "The path carries 1400 bytes and nobody sends more: the router rewrites the MSS of SYN and SYN-ACK to 1360."
done
