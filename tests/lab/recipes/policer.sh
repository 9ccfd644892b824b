# A policer on the way to the client (200 kB/s, bursts of 12 kB, no queue) drops what bursts; a download
# of full-sized packets suffers, retransmissions get through.
network
delay 10
rule oifname to-client limit rate over 200 kbytes/second burst 12 kbytes drop
record server server eth0 96
record client client eth0 96
serve "request reply:600000"
download complete 60 $SERVER
finish

for vantage in server client; do
  expect $vantage --exit 1 --must "random-loss,confidence=confirmed,src=$SERVER,dst=$CLIENT" \
    --never pmtu-blackhole --never ptb-ignored --never ptb-suspect --never fragment-loss \
    --never data-undelivered --never path-outage --never zero-window \
    --truth "Loss in bursts by a rate limit; path MTU 1500: full-sized packets are delivered all the time."
done
