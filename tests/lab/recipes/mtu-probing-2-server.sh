# tcp_mtu_probing=2 on the server: an accepted connection still starts with full segments, since Linux has
# chosen their size before it starts to probe. Then it halves tcp_base_mss: segments of 512 bytes.
network
limit 1460
tunnel 1420
settings server net.ipv4.tcp_mtu_probing=2
record server server wg0 96
serve "request reply:20000"
download complete 15 $INNER_SERVER
finish

truth="The path carries 1392 inside the tunnel; the sender fell back to smaller packets."
expect server --exit 1 --truth "$truth" --blackhole \
  "$INNER_SERVER>$INNER_CLIENT,delivered=500,pmtu=1392,lost=1420,confidence=confirmed,vantage=sender"
