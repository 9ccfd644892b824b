# Echo requests and TCP are dropped: UDP answers, slowly (6 port-unreachables at once, then 1 a second).
network
limit 1400
rule icmp type echo-request drop
rule icmpv6 type echo-request drop
rule meta l4proto tcp drop
probe 1 "verdict=exact pmtu=1400 method=udp direction=forward blackhole=yes also=icmp:unanswered also=tcp:unanswered" $SERVER
pass_everything
rule meta l4proto tcp drop
rule icmp type echo-request drop
probe 0 "verdict=no-limit pmtu=1500 method=udp direction=forward" --timeout 30 $SERVER
