# Only the way back is limited: UDP, whose answer is small, tells.
network
limit 1400 to-client
probe 1 "verdict=exact pmtu=1400 direction=reverse hop=none blackhole=yes also=udp:no-limit" $SERVER
probe 1 "verdict=exact pmtu=1400 direction=reverse hop=none blackhole=yes also=udp:no-limit" $SERVER6
