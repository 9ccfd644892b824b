# The stuck direction is client to server: an upload of one full segment and one small one.
network
limit 1460
tunnel 1420
record server server wg0
record client client wg0
serve "recv:1751 send:2 drain"
talk stuck 8 $INNER_SERVER "send:1751 recv:2"
finish

truth="The path carries 1460 bytes, so 1392 inside the tunnel."
hole="$INNER_CLIENT>$INNER_SERVER,delivered=435,pmtu=1392,lost=1420"
expect client --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
# The capture ends with the first question for the missing bytes: it may have ended too early.
expect server --exit 3 --never "pmtu-blackhole,confidence=confirmed" \
  --never "pmtu-blackhole,src=$INNER_SERVER,dst=$INNER_CLIENT" --never ptb-ignored --never path-outage \
  --never data-undelivered --never zero-window \
  --truth "$truth The hole is seen once, with nothing after it: lost for good, or not sent again yet."
