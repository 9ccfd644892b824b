# Datagrams in fragments, all of which arrive: IPv6 cut by the sender at 1500, then IPv4 cut by the sender at 1500
# and again by a router with a link of 1400 behind it.
network
record client client eth0
record server server eth0
serve_datagrams
send_datagrams complete $SERVER6 "1300*3 3000*6"
on router ip link set to-server mtu 1400
send_datagrams complete $SERVER "1460*6 3000*6 9000*2"
finish

truth="The router's link to the server has 1400 bytes: IPv4 datagrams are cut by the client at 1500 and by the router at 1396 (1400 less what does not end on 8 bytes), and arrive."
for vantage in client server; do
  expect $vantage --exit 0,3 --not-size --must "fragmentation,src=$CLIENT,dst=$SERVER" \
    --must "fragmentation,src=$CLIENT6,dst=$SERVER6" --never dns-unanswered \
    --never "fragmentation,src=$SERVER,dst=$CLIENT" --truth "$truth"
done
