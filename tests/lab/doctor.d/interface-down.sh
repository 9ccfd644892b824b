# The tunnel's interface is off: packets to its network leave through the default route.
network
tunnel 1420
on client ip link set wg0 down
doctor 1 "status=problem check=interface:wrong" --timeout 2 $INNER_SERVER
tells "interface wg0, which has 10.9.0.0/24, is down"
tells "go through eth0 instead"
tells "ip link set dev wg0 up"
doctor 1 "status=problem check=interface:wrong" --via wg0 $INNER_SERVER
tells "interface wg0, which has 10.9.0.0/24, is down"
on client ip link set wg0 up
doctor 0 "status=ok check=interface:ok" --verify $INNER_SERVER
