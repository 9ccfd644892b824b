# Interface MTU 1420, outer limit 1460: inner 1392 passes, 1393 is padded and lost.
network
limit 1460
tunnel 1420
probe 1 "verdict=exact pmtu=1392 blackhole=yes ptb=none packets<=100 mtu=1392" --via wg0 $INNER_SERVER
probe 1 "verdict=exact pmtu=1392 blackhole=yes" $INNER_SERVER6
probe 1 "verdict=exact pmtu=1392 blackhole=yes method=tcp" --method tcp --via wg0 $INNER_SERVER
probe 1 "verdict=exact pmtu=1392 blackhole=yes method=tcp" --method tcp $INNER_SERVER6
# With the right MTU a packet as large as the interface's MTU passes: its padding is cut.
tunnel_mtu 1400
probe 0 "verdict=no-limit pmtu=1400" --via wg0 $INNER_SERVER
