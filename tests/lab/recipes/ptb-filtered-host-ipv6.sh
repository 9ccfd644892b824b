# ptb-filtered-host with IPv6.
network
on router ip link set to-client mtu 1400
on server nft "add table inet lab; add chain inet lab input { type filter hook input priority 0; }"
on server nft add rule inet lab input icmpv6 type packet-too-big drop
record server server eth0
serve "request reply:1751"
download stuck 6 $SERVER6
finish

truth="The path carries 1400 bytes; PTBs arrive at the server's interface and its firewall drops them."
expect server --exit 1 --truth "$truth" --must "ptb-ignored,confidence=confirmed,src=$SERVER6,dst=$CLIENT6" \
  --never pmtud-working --never pmtu-blackhole --never ptb-suspect --never size-dependent-loss \
  --never data-undelivered --never path-outage --never zero-window
