# Hosts (network namespaces), links (veth pairs) and what the router in the middle does to packets.
#
#   client eth0 --- to-client router to-server --- eth0 server
#
# Namespace names carry the recipe's process id: recipes run side by side with the same addresses.

CLIENT=192.0.2.2 SERVER=198.51.100.2                # the plain path
CLIENT6=2001:db8:1::2 SERVER6=2001:db8:2::2
INNER_CLIENT=10.9.0.1 INNER_SERVER=10.9.0.2         # inside a tunnel
INNER_CLIENT6=fd09::1 INNER_SERVER6=fd09::2

# A user without any privilege, not even that of ping sockets; before a command.
NOBODY="setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all"

# on HOST COMMAND...: runs COMMAND in HOST's namespace.
on() {
  local host=$1
  shift
  ip netns exec "$LAB_ID-$host" "$@"
}

add_host() {
  ip netns add "$LAB_ID-$1"
  at_exit ip netns del "$LAB_ID-$1"
  on "$1" ip link set lo up
  # A namespace may only have an algorithm that the machine allows; reno is always allowed.
  settings "$1" net.ipv4.tcp_congestion_control=cubic 2>/dev/null ||
    settings "$1" net.ipv4.tcp_congestion_control=reno
  # Addresses are usable at once, and recordings hold less chatter.
  settings "$1" net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
}

# settings HOST KEY=VALUE...: sysctls of one host.
settings() {
  local host=$1
  shift
  on "$host" sysctl -qw "$@"
}

# add_link HOST_A IFACE_A HOST_B IFACE_B: a cable without any offload, so that every packet that a
# rule or a capture sees is a packet as it would be on a wire.
add_link() {
  ip link add "$2" netns "$LAB_ID-$1" type veth peer name "$4" netns "$LAB_ID-$3"
  plug_in "$1" "$2"
  plug_in "$3" "$4"
}

plug_in() {
  offload off "$1" "$2"
  on "$1" ip link set "$2" up
}

# offload on|off HOST IFACE
offload() { on "$2" ethtool -K "$3" tso "$1" gso "$1" gro "$1" >/dev/null; }

# add_address HOST IFACE ADDRESS/LENGTH...
add_address() {
  local host=$1 iface=$2 address
  shift 2
  for address in "$@"; do on "$host" ip address add "$address" dev "$iface"; done
}

# network: the three hosts, addressed and routed, with an empty forward chain in the router.
network() {
  local host
  for host in client router server; do add_host "$host"; done
  add_link client eth0 router to-client
  "${1:-server_cable}"
  address_hosts
  settings router net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
  on router nft "add table inet lab; add chain inet lab forward { type filter hook forward priority 0; }"
  # Neighbours are known before any recording starts.
  wait_for 10 on client ping -c 1 -W 0.3 $SERVER
  wait_for 10 on client ping -c 1 -W 0.3 $SERVER6
}

server_cable() { add_link server eth0 router to-server; }

address_hosts() {
  add_address client eth0 $CLIENT/24 $CLIENT6/64
  add_address router to-client 192.0.2.1/24 2001:db8:1::1/64
  add_address router to-server 198.51.100.1/24 2001:db8:2::1/64
  add_address server eth0 $SERVER/24 $SERVER6/64
  on client ip route add default via 192.0.2.1
  on client ip -6 route add default via 2001:db8:1::1
  on server ip route add default via 198.51.100.1
  on server ip -6 route add default via 2001:db8:2::1
}

# offload_network: as network, but client and server offload (TSO, GSO, GRO), so that captures on
# them show super-packets. A switch in front of the server has no offload: it cuts super-packets
# into wire packets before the router looks at their sizes.
offload_network() { network server_behind_switch; }

server_behind_switch() {
  add_host switch
  add_link server eth0 switch to-server
  add_link switch to-router router to-server
  on switch ip link add br0 type bridge
  on switch ip link set to-server master br0
  on switch ip link set to-router master br0
  on switch ip link set br0 up
  offload on server eth0
  offload on client eth0
}

# rule RULE...: one more rule in the router's forward chain.
rule() { on router nft add rule inet lab forward "$@"; }

# pass_everything: removes all rules.
pass_everything() { on router nft flush chain inet lab forward; }

# limit SIZE [to-client|to-server]: packets above SIZE vanish silently, in one direction or both.
limit() { rule ${2:+oifname "$2"} meta length gt "$1" drop; }

# forge_ptb ARGUMENTS: the router answers the server's packets with bad PTBs; see forge_ptb.py.
forge_ptb() { forge forge_ptb to-server "$@"; }

# forge PROGRAM IFACE ARGUMENTS: the router forges answers to what comes in on IFACE; see PROGRAM.py.
forge() {
  local program=$1 ready=$LAB_TMP/forging-${#cleanup_stack[@]}
  shift
  spawn router /usr/bin/python3 "$LAB_DIR/$program.py" "$@" --ready "$ready"
  wait_for 10 test -e "$ready"
}

# clamp MSS: the router lowers the MSS that both ends announce.
clamp() { rule tcp flags syn tcp option maxseg size set "$1"; }

# loss PERCENT: random loss, of any size, in both directions.
loss() { rule numgen random mod 100 '<' "$1" drop; }

# delay MILLISECONDS: every packet waits so long in the router, in each direction.
delay() {
  spawn router /usr/bin/python3 "$LAB_DIR/relay.py" relay0 "$1"
  wait_for 10 on router ip link set relay0 up
  local family port
  for family in -4 -6; do
    on router ip $family route add default dev relay0 table 100
    for port in to-client to-server; do on router ip $family rule add iif $port lookup 100; done
  done
  # A packet is forwarded twice, into the relay and out of it: rules count the second time only.
  rule oifname relay0 accept
}
