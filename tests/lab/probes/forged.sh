# Forged packet-too-big messages, whose quote is not what was sent, and forged answers in the target's place:
# they change nothing.
network
limit 1400
forge forge_answer to-client --above 1400
forge forge_ptb to-client --protocol icmp --above 700 --mtu 700 --flip 5
forge forge_ptb to-client --protocol tcp --above 700 --mtu 700 --flip 5
forge forge_ptb to-client --protocol udp --above 700 --mtu 700 --flip 20
forge forge_ptb to-client --protocol any --above 700 --mtu 800 --quote-src 203.0.113.9
for method in icmp tcp; do
  probe 1 "verdict=exact pmtu=1400 blackhole=yes ptb=none packets<=100" --method $method $SERVER
done
probe 1 "verdict=exact pmtu=1400 blackhole=yes ptb=none" --method udp $SERVER
# True quotes with a lie: tried, and found wrong.
forge forge_ptb to-client --protocol any --above 1000 --mtu 1000
for method in icmp tcp; do
  probe 1 "verdict=exact pmtu=1400 ptb=1000 packets<=150" --method $method $SERVER
done
