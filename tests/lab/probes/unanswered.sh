# Nobody is there; everything is filtered; there is no route; the interface is down.
network
probe 3 "verdict=unanswered status=inconclusive seconds<=4.5" --timeout 4 198.51.100.77
rule meta l4proto '{' icmp, ipv6-icmp, tcp '}' drop
probe 3 "verdict=unanswered status=inconclusive seconds<=4.5" --timeout 4 $SERVER
probe 2 "" --via nope0 $SERVER
says "there is no interface nope0"
on client ip link set eth0 down
probe 2 "" $SERVER
says "there is no route"
probe 2 "" --via eth0 $SERVER
says "there is no route"
