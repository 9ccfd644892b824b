# wireguard-go's outer packets have DF: they are too large for the router's link until its packet-too-big
# message comes. From then on the kernel cuts them in two, and everything passes.
network
on router ip link set to-server mtu 1460
on server ip link set eth0 mtu 1460
delay 15
wait_for 5 on client ping -c 1 -W 0.3 $SERVER
tunnel 1420
probe 3 "verdict=inconsistent lower=1420" --via wg0 $INNER_SERVER
probe 0 "verdict=no-limit pmtu=1420" --via wg0 $INNER_SERVER
