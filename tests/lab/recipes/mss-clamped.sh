# The same silent limit of 1400 bytes, but the router clamps the MSS of both directions to 1360: works. At the
# router each SYN is seen before and after.
network
limit 1400
clamp 1360
record server server eth0
record client client eth0
record any router any
record_pcapng sides router to-client to-server
serve "request reply:20000"
download complete 5 $SERVER
finish
put_in_order sides

truth="The path carries 1400 bytes and nobody sends more: the router rewrites the MSS of SYN and SYN-ACK to 1360."
for vantage in server client; do
  expect $vantage --exit 0 --healthy --not-tested "$SERVER>$CLIENT,lower=1400" --never "mss-clamped,confidence=confirmed" \
    --truth "$truth"
done
for vantage in any sides; do
  expect $vantage --exit 0 --healthy --must "mss-clamped,confidence=confirmed,src=$CLIENT,dst=$SERVER" \
    --must "mss-clamped,confidence=confirmed,src=$SERVER,dst=$CLIENT" --truth "$truth"
done
