# Two links share the load by ports; one of them is narrower. Which flow takes which is chance: of 12 flows
# all take the same one once in 2000 times, so that may happen once.
network
share() { rule meta length gt 1400 oifname to-server jhash ip saddr . "$1" sport . ip daddr . "$1" dport mod 2 seed 0x5 == 0 drop; }
share tcp
share udp
measure() { probe 1 "verdict=exact pmtu=1400 flows=1400,1500 mtu=1400" --flows 12 $SERVER; }
(measure) || measure
# Where the load is not shared, all flows are alike.
pass_everything
limit 1392 to-server
probe 1 "verdict=exact pmtu=1392 method=tcp flows=1392" --flows 4 $SERVER6
probe 1 "verdict=exact pmtu=1392 method=icmp flows=1392" --method icmp --flows 4 $SERVER
probe 0 "verdict=no-limit pmtu=1392 flows=1392" --flows 2 --max 1392 $SERVER
