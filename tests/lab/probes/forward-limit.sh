# Only the way out is limited.
network
limit 1400 to-server
probe 1 "verdict=exact pmtu=1400 direction=forward blackhole=yes also=tcp:exact" $SERVER
