# WireGuard as the kernel module sends it, without DF (wireguard-go's DF is taken off), with a tunnel MTU of 1420
# over links of 1400: routers cut each large packet in two. It works, at a cost.
network
on router ip link set to-client mtu 1400
for host in client server; do
  on $host nft "add table inet lab; add chain inet lab output { type filter hook output priority 0; }"
  on $host nft add rule inet lab output udp dport 51820 ip frag-off set 0
done
tunnel 1420
record outer router to-client
record client client wg0
serve "request reply:20000"
download complete 8 $INNER_SERVER
finish

expect outer --exit 0,3 --not-size --must "fragmentation,src=$SERVER,dst=$CLIENT" --never dns-unanswered \
  --truth "The tunnel's packets of 1480 bytes are cut to fit the link of 1400 bytes: a tunnel MTU of 1340 would fit, and of 1336 surely."
expect client --exit 0 --healthy --never fragmentation --truth "Inside the tunnel everything arrives whole."
