# ptb-honoured for packets that are no TCP: echo requests of 1500 bytes from the server.
network
on router ip link set to-client mtu 1400
record server server eth0
on server ping -M do -c 3 -i 0.3 -s 1472 -W 1 $CLIENT || true
on server ping -M do -c 2 -i 0.3 -s 1372 -W 1 $CLIENT
finish

truth="The path to the client carries 1400 bytes and the router says so; the packets are ICMP echo."
expect server --exit 3 --truth "$truth" --must "not-tested,src=$SERVER,dst=$CLIENT" --healthy
