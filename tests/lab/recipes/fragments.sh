# Datagrams in fragments, all of which arrive: cut by the sender (1500), and again by a router with a link of
# 1400 behind it. IPv6 is cut by the sender alone.
network
on router ip link set to-server mtu 1400
on router ip -6 route change 2001:db8:2::/64 dev to-server mtu 1500 2>/dev/null || true
record client client eth0
record server server eth0
serve_datagrams
send_datagrams complete $SERVER "1460*6 3000*6 9000*2"
send_datagrams any $SERVER6 "1300*3 3000*6"
finish

truth="The router's link to the server has 1400 bytes: IPv4 datagrams are cut by the client at 1500 and by the router at 1396 (1400 less what does not end on 8 bytes), and arrive."
expect client --exit 0,3 --not-size --must "fragmentation,src=$CLIENT,dst=$SERVER" --never dns-unanswered \
  --never "fragmentation,src=$SERVER,dst=$CLIENT" --truth "$truth"
expect server --exit 0,3 --not-size --must "fragmentation,src=$CLIENT,dst=$SERVER" --never dns-unanswered \
  --never "fragmentation,src=$SERVER,dst=$CLIENT" --truth "$truth"
