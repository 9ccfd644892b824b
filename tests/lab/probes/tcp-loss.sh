# 15 % each way, 50 ms round trip: many SYNs of one port pair at once, open and closed port.
network
serve "drain"
limit 1400
loss 15
for port in $PORT 443; do
  for target in $SERVER $SERVER6; do
    probe_often 4 "verdict=exact pmtu=1400" --method tcp --port $port $target
  done
done
pass_everything
delay 25
limit 1400
for port in $PORT 443; do
  in_time "rounds<=10" 1 "verdict=exact pmtu=1400 packets<=100" --method tcp --port $port $SERVER
done
