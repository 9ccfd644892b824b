# A rule before the main table takes the containers' network into the tunnel: any, and one that looks
# like that of a Tailscale exit node.
network
tunnel 1420
add_host container
on client ip link add docker0 type bridge
add_link client to-container container eth0
on client ip link set to-container master docker0
on client ip link set docker0 up
add_address client docker0 172.17.0.1/16
add_address container eth0 172.17.0.2/16
wait_for 10 on client ping -c 1 -W 0.3 172.17.0.2
on client ip route add 172.16.0.0/12 dev wg0 table 52
on client ip rule add priority 5270 lookup 52
doctor 1 "status=problem check=route:wrong" --timeout 2 172.17.0.2
tells "rule 5270 takes 172.17.0.2 into wg0, away from its own network 172.17.0.0/16 on docker0"
tells "ip rule add to 172.17.0.0/16 lookup main priority 5269"
hides "tailscale"
on client ip link set wg0 down
on client ip link set wg0 name tailscale0
on client ip link set tailscale0 up
on client ip route add 172.16.0.0/12 dev tailscale0 table 52
doctor 1 "status=problem check=route:wrong" --timeout 2 172.17.0.2
tells "into tailscale0 (a Tailscale exit node)"
tells "tailscale set --exit-node-allow-lan-access=true"
on client ip rule add to 172.17.0.0/16 lookup main priority 5269
doctor 0 "status=ok check=route:ok" --verify 172.17.0.2
tells '"headline":"fixed: '
