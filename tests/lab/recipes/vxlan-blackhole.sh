# A VXLAN of MTU 1450 over an underlay that silently drops more than 1430 bytes, recorded on the wire
# (inner packets visible) and on the VXLAN interface.
network
limit 1430
for end in client:$CLIENT:$SERVER:10.8.0.1 server:$SERVER:$CLIENT:10.8.0.2; do
  IFS=: read -r host local remote inner <<<"$end"
  on "$host" ip link add vxlan0 type vxlan id 42 dev eth0 local "$local" remote "$remote" dstport 4789
  offload off "$host" vxlan0
  on "$host" ip link set vxlan0 mtu 1450 up
  add_address "$host" vxlan0 "$inner/24"
done
wait_for 10 on client ping -c 1 -W 0.3 10.8.0.2
record wire server eth0 200
record server server vxlan0
record client client vxlan0
serve "request reply:1751"
download stuck 8 10.8.0.2
finish

truth="The underlay carries 1430 bytes, so 1380 inside the VXLAN (50 bytes of overhead)."
hole="10.8.0.2>10.8.0.1,delivered=405,pmtu=1380,lost=1450"
for vantage in wire server; do
  expect $vantage --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
done
expect client --exit 1 --blackhole "$hole,confidence=suspected|confirmed,vantage=receiver" --truth "$truth"
