# The goal: exact within 10 round trips and 100 ms, and 100 packets.
network
limit 1400
delay 25
in_time "rounds<=10" 1 "verdict=exact pmtu=1400 blackhole=yes direction=forward hop=1 packets<=100 total<=100" $SERVER
pass_everything
limit 1391
rule oifname relay0 accept
in_time "rounds<=10" 1 "verdict=exact pmtu=1391 packets<=100" --method icmp $SERVER
