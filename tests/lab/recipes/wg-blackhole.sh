# The incident: a tunnel of MTU 1420 over a path that silently drops more than 1460 bytes. A download
# of 1751 bytes is one full segment, which vanishes for ever, and a small one, which arrives.
network
limit 1460
tunnel 1420
record server server wg0
record client client wg0
record outer router to-server
record_pcapng both server eth0 wg0
serve "request reply:1751"
download stuck 14 $INNER_SERVER
finish

truth="The path carries 1460 bytes, so 1392 inside the tunnel (padding: 1393 to 1420 are all sent as 1480)."
hole="$INNER_SERVER>$INNER_CLIENT,delivered=435,pmtu=1392,lost=1420"
expect server --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
expect client --exit 1 --blackhole "$hole,confidence=suspected|confirmed,vantage=receiver" --truth "$truth"
expect both --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --truth "$truth"
expect outer --exit 1 --must "pmtu-blackhole,confidence=suspected,src=$SERVER,dst=$CLIENT,upper=1480" \
  --never "pmtu-blackhole,confidence=confirmed" --never "pmtu-blackhole,src=$CLIENT,dst=$SERVER" \
  --never zero-window --never syn-unanswered --never data-undelivered \
  --truth "$truth Only encrypted datagrams are seen: 1480 bytes again and again, small ones flow."
expect_together server-and-outer "server outer" --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" \
  --never "pmtu-blackhole,src=$SERVER,dst=$CLIENT" --truth "$truth Captured inside and outside, in two files."
