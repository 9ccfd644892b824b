# The kernel has learnt a path MTU that was true once, and keeps it for ten minutes.
network
on router ip link set to-server mtu 1384
on client ping -c 1 -W 1 -M do -s 1450 $SERVER >/dev/null || true
wait_for 10 sh -c "ip netns exec $LAB_ID-client ip route get $SERVER | grep -q 'mtu 1384'"
on router ip link set to-server mtu 1500
doctor 1 "status=problem check=path-cache:wrong check=path:ok measured=$SERVER:1500" $SERVER
tells "holds packets to $SERVER at 1384 bytes, though 1500 pass now"
tells "ip route flush cache"
on client ip route flush cache
doctor 0 "status=ok check=path-cache:ok" --verify $SERVER
