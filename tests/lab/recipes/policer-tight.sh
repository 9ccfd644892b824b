# A tight policer (30 kB/s, bursts of 4 kB: not three full-sized packets) under downloads that hardly get
# through: every window is hit, again and again.
network
delay 10
rule oifname to-client limit rate over 30 kbytes/second burst 4 kbytes drop
record server server eth0 96
record client client eth0 96
serve "request reply:30000-60000"
talk any 12 $SERVER "get drain" --connections 3 --parallel 3
finish

for vantage in server client; do
  expect $vantage --exit 1 --must "random-loss,confidence=confirmed,src=$SERVER,dst=$CLIENT" \
    --not-size --never data-undelivered --never path-outage --never zero-window \
    --truth "A rate limit that drops nearly every burst: path MTU 1500, full-sized packets are delivered all the time."
done
