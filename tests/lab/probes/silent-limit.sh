# The router drops what is larger and says nothing.
network
limit 1400
probe 1 "verdict=exact pmtu=1400 blackhole=yes ptb=none direction=forward status=problem hop=1 packets<=100 mtu=1400" $SERVER
probe 1 "verdict=exact pmtu=1400 blackhole=yes ptb=none direction=forward packets<=100" $SERVER6
pass_everything
limit 1393
probe 1 "verdict=exact pmtu=1393 packets<=100" --method icmp $SERVER
pass_everything
limit 1006
probe 1 "verdict=exact pmtu=1006 packets<=100" --method icmp $SERVER
probe 1 "blackhole=yes" --method icmp --quick $SERVER
