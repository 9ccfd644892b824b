# The router says that packets are too big (MTU 1400 behind it), the capture on the server shows it, and
# the server's own firewall drops all ICMP: the kernel never learns. From the client it is a black hole.
network
on router ip link set to-client mtu 1400
on server nft "add table inet lab; add chain inet lab input { type filter hook input priority 0; }"
on server nft add rule inet lab input meta l4proto icmp drop
record server server eth0
record client client eth0
serve "request reply:1751"
download stuck 8 $SERVER
finish

truth="The path carries 1400 bytes; PTBs arrive at the server's interface and its firewall drops them."
expect server --exit 1 --truth "$truth" --must "ptb-ignored,confidence=confirmed,src=$SERVER,dst=$CLIENT" \
  --never pmtud-working --never "pmtu-blackhole,src=$SERVER,dst=$CLIENT" \
  --never "pmtu-blackhole,src=$CLIENT,dst=$SERVER" --never ptb-suspect --never size-dependent-loss \
  --never data-undelivered --never path-outage --never zero-window
expect client --exit 1 --truth "$truth" --blackhole \
  "$SERVER>$CLIENT,delivered=355,pmtu=1400,lost=1500,confidence=suspected|confirmed,vantage=receiver"
