# A router under the tunnel tells of its limit, so that the kernel cuts what wireguard-go sends: all
# sizes pass inside, as fragments outside.
network
on router ip link set to-server mtu 1440
on server ip link set eth0 mtu 1440
tunnel 1420
wait_for 10 on client ping -c 1 -W 0.3 -M do -s 1392 $INNER_SERVER
doctor 1 "status=problem check=path:ok check=underlay:wrong measured=$SERVER:1440 mtu=1380 exact=yes" $INNER_SERVER
tells "pass only as fragments"
tunnel_mtu 1380
doctor 0 "status=ok" --verify $INNER_SERVER
