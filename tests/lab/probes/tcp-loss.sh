# 15 % each way, 50 ms round trip: many SYNs of one port pair at once, open and closed port.
network
serve "drain"
limit 1400
loss 15
measure() { probe 1 "verdict=exact pmtu=1400" --method tcp "$@"; }
for port in $PORT 443; do
  for i in 1 2 3; do (measure --port $port $SERVER) || measure --port $port $SERVER; done
  (measure --port $port $SERVER6) || measure --port $port $SERVER6
done
pass_everything
delay 25
limit 1400
for port in $PORT 443; do
  probe 1 "verdict=exact pmtu=1400 packets<=100 rounds<=10" --method tcp --port $port $SERVER
done
