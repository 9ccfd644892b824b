# A silent limit under a VXLAN tunnel: its other end is in its settings, so the path to it is measured
# too, and says why 1410 is what passes inside. Where a router tells of the limit instead, VXLAN's packets,
# which leave without DF, are cut.
network
on client ip link add vx0 mtu 1450 type vxlan id 7 remote $SERVER dstport 4789 || exit 77
on server ip link add vx0 mtu 1450 type vxlan id 7 remote $CLIENT dstport 4789
add_address client vx0 $INNER_CLIENT/24
add_address server vx0 $INNER_SERVER/24
on client ip link set vx0 up
on server ip link set vx0 up
wait_for 10 on client ping -c 1 -W 0.3 $INNER_SERVER
doctor 0 "status=ok check=tunnel:ok check=underlay:ok measured=$INNER_SERVER:1450 measured=$SERVER:1500" $INNER_SERVER
tells "vx0 is VXLAN over IPv4, its other end $SERVER"
limit 1460
doctor 1 "status=problem check=underlay:wrong check=path:wrong measured=$INNER_SERVER:1410 measured=$SERVER:1460
  mtu=1410 exact=yes" $INNER_SERVER
tells "1460 - 50 VXLAN over IPv4 = 1410"
tells "behind hop 1 (192.0.2.1)"
on client ip link set vx0 mtu 1410
on server ip link set vx0 mtu 1410
doctor 0 "status=ok measured=$INNER_SERVER:1410" --verify $INNER_SERVER
