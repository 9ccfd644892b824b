# The server acknowledges the request, thinks for 5 s, and answers with full-sized packets.
network
delay 5
record client client eth0
record server server eth0
serve "request pause:5 reply:6000"
talk complete 15 $SERVER "get drain"
finish

for vantage in client server; do
  expect $vantage --exit 0 --healthy --not-tested "$SERVER>$CLIENT,lower=1500" \
    --truth "Nothing is wrong with the network: the server took 5 s to answer."
done
