# Three routers; the limit is behind the second: client - router - middle - far - server.
network
add_host middle
add_host far
on server ip link del eth0
add_link router to-middle middle to-router
add_link middle to-far far to-middle
add_link far to-server server eth0
add_address router to-middle 203.0.113.1/30
add_address middle to-router 203.0.113.2/30
add_address middle to-far 203.0.113.5/30
add_address far to-middle 203.0.113.6/30
add_address far to-server 198.51.100.1/24
add_address server eth0 $SERVER/24
settings middle net.ipv4.ip_forward=1
settings far net.ipv4.ip_forward=1
on router ip route add 198.51.100.0/24 via 203.0.113.2
on middle ip route add 198.51.100.0/24 via 203.0.113.6
on middle ip route add default via 203.0.113.1
on far ip route add default via 203.0.113.5
on server ip route add default via 198.51.100.1
wait_for 10 on client ping -c 1 -W 0.3 $SERVER
on middle nft "add table inet lab; add chain inet lab forward { type filter hook forward priority 0; }"
on middle nft add rule inet lab forward oifname to-far meta length gt 1400 drop
probe 1 "verdict=exact pmtu=1400 direction=forward hop=2" $SERVER
probe 1 "verdict=exact pmtu=1400 direction=forward hop=2" --method icmp $SERVER
on middle nft flush chain inet lab forward
on middle nft add rule inet lab forward oifname to-router meta length gt 1400 drop
probe 1 "verdict=exact pmtu=1400 direction=reverse hop=none" $SERVER
