# recovered with an answer whose last segment is small: the client sees a hole that is filled, seconds
# later, by smaller packets.
network
limit 1460
tunnel 1420
settings server net.ipv4.tcp_mtu_probing=1
record server server wg0
record client client wg0
serve "request reply:9000"
download complete 20 $INNER_SERVER
finish

truth="The path carries 1460 bytes, so 1392 inside the tunnel; the sender fell back to smaller packets."
hole="$INNER_SERVER>$INNER_CLIENT,pmtu=1392,lost=1420"
expect server --exit 1 --blackhole "$hole,delivered=600,confidence=confirmed,vantage=sender" --truth "$truth"
expect client --exit 0,1,3 --truth "$truth" \
  --never "pmtu-blackhole,src=$INNER_CLIENT,dst=$INNER_SERVER" --never zero-window --never ptb-ignored
