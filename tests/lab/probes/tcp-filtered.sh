# ICMP and UDP are dropped, errors too: only TCP gets through. Nothing at all: that is said.
network
limit 1400
rule meta l4proto '{' icmp, ipv6-icmp, udp '}' drop
serve "drain"
probe 1 "verdict=exact pmtu=1400 method=tcp direction=forward also=icmp:unanswered" --port $PORT $SERVER
probe 1 "verdict=exact pmtu=1400 method=tcp direction=forward also=icmp:unanswered" $SERVER6
pass_everything
rule meta l4proto '{' icmp, ipv6-icmp, udp, tcp '}' drop
probe 3 "verdict=unanswered refuses_data=no" --method tcp --timeout 4 $SERVER
