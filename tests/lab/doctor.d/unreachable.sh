# A host that is not there, no route, a tunnel whose peer does not answer, AllowedIPs without the host.
network
doctor 1 "status=problem" --timeout 4 192.0.2.77
tells "192.0.2.77 answers no ARP on eth0"
on client ip route add prohibit 203.0.113.0/24
doctor 1 "status=problem check=route:wrong" 203.0.113.5
tells "prohibits packets to 203.0.113.5"
on client ip route del default
doctor 1 "status=problem check=route:wrong" 203.0.114.5
tells "there is no route to 203.0.114.5"
doctor 2 "" no.such.host.invalid
doctor 2 "" --via nope0 $SERVER
on client ip route add default via 192.0.2.1
key=$(wg genkey)
wg_end client "$(wg genkey)" "$(wg pubkey <<<"$key")" $SERVER
add_address client wg0 $INNER_CLIENT/24
on client ip link set wg0 up
doctor 1 "status=problem check=tunnel:wrong" --timeout 4 $INNER_SERVER
tells "never completed a handshake"
hides "$key"
