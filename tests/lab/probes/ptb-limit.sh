# The router's next link is smaller, and it says so.
network
on router ip link set to-server mtu 1384
on server ip link set eth0 mtu 1384
probe 1 "verdict=exact pmtu=1384 blackhole=no ptb=1384 direction=forward packets<=40" $SERVER
probe 1 "verdict=exact pmtu=1384 blackhole=no ptb=1384 direction=forward packets<=40" $SERVER6
# The kernel has now learnt it; that changes nothing.
probe 1 "verdict=exact pmtu=1384 blackhole=no ptb=1384" $SERVER
