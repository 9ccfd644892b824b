# The path shrinks in mid-transfer: bulk and small records flow well in packets of 1420 bytes through
# the tunnel, then the underlay drops what is above 1460. A second flow of small records goes on.
network
tunnel 1420
delay 5
record server server wg0 96
record client client wg0 96
serve "request send:300-4000*400@0.02"
serve "request send:100-600*600@0.05" 4097
talk stuck 10 $INNER_SERVER "get drain" &
bulk=$!
(PORT=4097 talk stuck 10 $INNER_SERVER "get drain") &
small=$!
enough_seen() { (($(captured_bytes) > 20000)); }
wait_for 10 enough_seen
limit 1460
wait $bulk
wait $small
finish

truth="1420 bytes arrived at first; later the underlay carried 1460 bytes, so 1392 inside the tunnel."
hole="$INNER_SERVER>$INNER_CLIENT,delivered=52,pmtu=1392,lost=1420"
expect server --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
expect client --exit 1,3 --truth "$truth" --never "pmtu-blackhole,src=$INNER_CLIENT,dst=$INNER_SERVER" \
  --never ptb-ignored --never ptb-suspect --never zero-window --never path-outage
