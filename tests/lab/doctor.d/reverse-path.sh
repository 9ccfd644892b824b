# Answers come back through another interface than the route to their sender takes, and this host filters
# strictly: nothing seems to answer, and the kernel's counter tells why.
network
add_link client eth1 router to-client-too
add_address client eth1 203.0.113.2/24
add_address router to-client-too 203.0.113.1/24
on client ip address add 203.0.113.9/32 dev lo
on client ip route replace $SERVER via 192.0.2.1 src 203.0.113.9
on router ip route add 203.0.113.9/32 via 203.0.113.2
settings client net.ipv4.conf.all.rp_filter=1
doctor 3 "status=inconclusive check=counters:notable" --timeout 4 -4 $SERVER
tells "rp_filter dropped"
settings client net.ipv4.conf.all.rp_filter=2
doctor 0 "status=ok check=counters:ok" -4 $SERVER
