# A transfer that is bulk from its first byte: every packet is full-sized, so nothing at all arrives.
# The recording ends while the client still waits.
network
limit 1460
tunnel 1420
record server server wg0
record client client wg0
serve "request reply:60000"
spawn client curl -gs -o /dev/null -m 60 "http://$INNER_SERVER:$PORT/"
elapse 8
finish

truth="The path carries 1460 bytes, so 1392 inside the tunnel; only packets of 1420 bytes were sent."
# Nothing came back after the first failure: without that sign of life it could be an outage.
expect server --exit 3 --never pmtu-blackhole --never ptb-ignored --never path-outage \
  --never data-undelivered --never zero-window --truth "$truth Nothing comes back: an outage looks the same."
expect client --exit 3 --never "pmtu-blackhole,confidence=confirmed" \
  --never "pmtu-blackhole,src=$INNER_CLIENT,dst=$INNER_SERVER" --never ptb-ignored --never zero-window \
  --truth "$truth The client sees its request acknowledged, then silence: it could be a slow server."
