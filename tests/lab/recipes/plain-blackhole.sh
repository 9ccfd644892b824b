# No tunnel: a router that silently drops more than 1400 bytes between links of MTU 1500 (what is left
# of a smaller link whose ICMP is filtered). Middle is the router's port on the server's side, far its
# port on the client's side, behind the drop.
network
limit 1400
record server server eth0
record client client eth0
record middle router to-server
record far router to-client
serve "request reply:1751"
download stuck 8 $SERVER
finish

truth="The path carries 1400 bytes and says nothing about the rest."
hole="$SERVER>$CLIENT,delivered=355,pmtu=1400,lost=1500"
expect server --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
expect middle --exit 1 --blackhole "$hole,confidence=confirmed" --truth "$truth"
for vantage in client far; do
  expect $vantage --exit 1 --blackhole "$hole,confidence=suspected|confirmed" --truth "$truth"
done
