# Each direction on its own: limits on one way, on the other, different ones on both; silent and told.
network
reflector server
reflected() { probe "$1" "$2" --method reflector "${@:3}"; }
reflected 0 "forward=no-limit:1500 reverse=no-limit:1500 status=ok fragment=none" $SERVER
reflected 0 "forward=no-limit:1500 reverse=no-limit:1500 status=ok" $SERVER6
limit 1400 to-server
reflected 1 "forward=exact:1400:none reverse=no-limit:1500 direction=forward blackhole=yes hop=1 mtu=1400" $SERVER
pass_everything
limit 1400 to-client
reflected 1 "forward=no-limit:1500 reverse=exact:1400:none direction=reverse blackhole=yes hop=none mtu=1400" $SERVER
reflected 1 "forward=no-limit:1500 reverse=exact:1400:none direction=reverse blackhole=yes" $SERVER6
pass_everything
limit 1436 to-client
limit 1407 to-server
reflected 1 "forward=exact:1407 reverse=exact:1436 direction=forward mtu=1407" $SERVER
pass_everything
limit 1391 to-client
limit 1407 to-server
reflected 1 "forward=exact:1407 reverse=exact:1391 direction=reverse mtu=1391" $SERVER6
pass_everything
summary "sent back" "Served 2 hosts"

# PTBs: those of the way back reach the reflector, which passes them on. The limit is the route's, so
# that it holds in one direction (a veth also drops what is larger than its own MTU).
route_mtu() { on router ip route change "$1" dev "$2" mtu "$3" && on router ip -6 route change "$4" dev "$2" metric 256 proto kernel mtu "$3"; }
route_mtu 192.0.2.0/24 to-client 1384 2001:db8:1::/64
reflector server
reflected 1 "forward=no-limit:1500:none reverse=exact:1384:1384 direction=reverse blackhole=no" $SERVER
reflected 1 "forward=no-limit:1500:none reverse=exact:1384:1384 direction=reverse blackhole=no" $SERVER6
route_mtu 192.0.2.0/24 to-client 1500 2001:db8:1::/64
route_mtu 198.51.100.0/24 to-server 1392 2001:db8:2::/64
reflected 1 "forward=exact:1392:1392 reverse=no-limit:1500:none direction=forward blackhole=no fragment=1388" $SERVER
reflected 1 "forward=exact:1392:1392 reverse=no-limit:1500:none direction=forward blackhole=no" $SERVER6
# The PTBs are filtered: the fragments alone tell.
on router nft "add chain inet lab output { type filter hook output priority 0; }"
on router nft add rule inet lab output icmp type destination-unreachable drop
reflected 1 "forward=exact:1392:none reverse=no-limit:1500 blackhole=yes fragment=1388" $SERVER
route_mtu 198.51.100.0/24 to-server 1500 2001:db8:2::/64
# The reflector's own interface is the limit; a veth takes 4 bytes more than it sends.
on server ip link set eth0 mtu 1380
reflected 1 "forward=exact:1384 reverse=exact:1380:1380 direction=reverse blackhole=no" $SERVER
summary "packet-too-big messages passed on"
