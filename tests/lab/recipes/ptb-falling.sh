# Two narrow links, one behind the other: the router announces 1400, the next one 1300, and the server
# obeys both.
network
add_host far
on client ip link set eth0 netns "$LAB_ID-far"
add_link client eth0 far to-client
add_address far eth0 192.0.2.2/24
add_address far to-client 203.0.113.1/24
add_address client eth0 203.0.113.2/24
settings far net.ipv4.ip_forward=1
on far ip link set eth0 up
on far ip route add default via 192.0.2.1
on client ip route add default via 203.0.113.1
on router ip route add 203.0.113.0/24 via 192.0.2.2
on router ip link set to-client mtu 1400
on far ip link set to-client mtu 1300
wait_for 10 on client ping -c 1 -W 0.3 $SERVER
record server server eth0
serve "request reply:9000"
download complete 8 $SERVER
finish

truth="The path to the client carries 1300 bytes, 1400 up to the second router; both say so."
expect server --exit 0 --healthy --pmtud "$SERVER>203.0.113.2" --truth "$truth"
