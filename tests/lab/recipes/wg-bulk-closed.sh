# As wg-bulk, but the client gives up and closes: the answer to its FIN is a small packet that
# arrives, with a sequence number far beyond what the client has received.
network
limit 1460
tunnel 1420
record server server wg0
record client client wg0
serve "request reply:60000"
download stuck 8 $INNER_SERVER
finish

truth="The path carries 1460 bytes, so 1392 inside the tunnel; all data packets had 1420 bytes."
hole="$INNER_SERVER>$INNER_CLIENT,confidence=suspected|confirmed,delivered=52,pmtu=1392,lost=1420"
expect server --exit 1 --blackhole "$hole,vantage=sender" --truth "$truth"
expect client --exit 1,3 --never "pmtu-blackhole,confidence=confirmed" \
  --never "pmtu-blackhole,src=$INNER_CLIENT,dst=$INNER_SERVER" --never ptb-ignored --never zero-window \
  --truth "$truth The last acknowledgement's sequence number shows that data was sent and lost."
