# SYNs with data: open and closed ports, silent and told limits, one direction only, a connection never left
# half open at the server.
no_half_open() { [[ -z $(on server ss -Htan state syn-recv) ]]; }
network
serve "drain"
probe 0 "verdict=no-limit pmtu=1500 method=tcp direction=forward packets<=20" --method tcp $SERVER
limit 1400 to-server
for target in $SERVER $SERVER6; do
  probe 1 "verdict=exact pmtu=1400 blackhole=yes ptb=none direction=forward hop=1 packets<=100" --method tcp $target
  probe 1 "verdict=exact pmtu=1400 blackhole=yes direction=forward hop=1 packets<=100" --method tcp --port $PORT $target
done
wait_for 3 no_half_open
pass_everything
limit 1400 to-client
probe 0 "verdict=no-limit pmtu=1500 method=tcp direction=forward" --method tcp $SERVER
pass_everything
rule tcp flags syn meta length gt 64 drop
probe 3 "verdict=unanswered refuses_data=yes" --method tcp $SERVER
pass_everything
on router ip link set to-server mtu 1384
on server ip link set eth0 mtu 1384
probe 1 "verdict=exact pmtu=1384 blackhole=no ptb=1384 direction=forward packets<=40" --method tcp $SERVER
probe 1 "verdict=exact pmtu=1384 blackhole=no ptb=1384 direction=forward packets<=40" --method tcp --port $PORT $SERVER6
