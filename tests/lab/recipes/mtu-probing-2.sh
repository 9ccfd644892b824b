# tcp_mtu_probing=2 on the client, which uploads: it starts with segments of 1024 bytes and tries larger
# ones, some of which the path cannot carry. Nothing ever stalls.
network
limit 1460
tunnel 1420
delay 5
settings client net.ipv4.tcp_mtu_probing=2
record server server wg0 96
record client client wg0 96
serve "drain"
talk complete 15 $INNER_SERVER "send:100000*4 half-close drain"
finish

truth="The path carries 1392 inside the tunnel; the sender finds that out by probing, without a stall."
for vantage in server client; do
  expect $vantage --exit 0,1 --truth "$truth Probes that are lost are sent again in smaller pieces." \
    --never pmtu-blackhole --never ptb-ignored --never size-dependent-loss --never data-undelivered \
    --never path-outage --never zero-window
done
