# A user without privileges: UDP always, ICMP where the kernel allows ping sockets.
network
limit 1400
settings client net.ipv4.ping_group_range="1 0"
everybodys_program
probe_as client "$NOBODY" 2 "" --method icmp $SERVER
says "ping_group_range"
says "cap_net_raw"
probe_as client "$NOBODY" 1 "method=udp verdict=exact pmtu=1400" $SERVER
settings client net.ipv4.ping_group_range="0 2147483647"
probe_as client "$NOBODY" 1 "method=icmp verdict=exact pmtu=1400" --via eth0 $SERVER
probe_as client "$NOBODY" 1 "method=icmp verdict=exact pmtu=1400" --method icmp $SERVER6
