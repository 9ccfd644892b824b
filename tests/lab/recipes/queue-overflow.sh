# A slow link with a short queue of bytes in front (tc tbf: 2 Mbit/s, 12 kB) under a download of
# full-sized packets and two flows of small records: the queue overflows, and a small packet finds room
# where a large one does not.
network
delay 10
on router tc qdisc add dev to-client root tbf rate 2mbit burst 3000 limit 12000
record server server eth0 96
record client client eth0 96
serve "request reply:500000" 4097
serve "request send:60-1300*90@0.04"
download complete 60 $SERVER 4097 &
bulk=$!
talk any 60 $SERVER "get drain" --connections 2 --parallel 2
wait $bulk
finish

for vantage in server client; do
  expect $vantage --exit 1 --must "random-loss,confidence=confirmed,src=$SERVER,dst=$CLIENT" \
    --not-size --never data-undelivered --never path-outage --never zero-window \
    --truth "A queue that overflows: path MTU 1500, full-sized packets are delivered all the time."
done
