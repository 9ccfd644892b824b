# A router tells of its smaller link, and this host's own firewall drops what it says.
network
on router ip link set to-server mtu 1384
on server ip link set eth0 mtu 1384
on client nft "add table inet mine; add chain inet mine in { type filter hook input priority 0; }"
on client nft add rule inet mine in icmp type destination-unreachable drop
doctor 1 "status=problem check=path:wrong check=firewall:wrong measured=$SERVER:1384" $SERVER
tells "packet-too-big messages may be among it"
tells "no packet-too-big message came"
tells "ip route replace $SERVER via 192.0.2.1 dev eth0 mtu 1384"
on client nft flush ruleset
doctor 1 "status=problem check=path:wrong check=firewall:ok measured=$SERVER:1384" $SERVER
tells "192.0.2.1 reports MTU 1384"
