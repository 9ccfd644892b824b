# What is advised for a silent limit is done as it is written, and --verify sees that.
network
limit 1400
serve "request reply:1000"
doctor 1 "status=problem check=path:wrong check=tcp:ok measured=$SERVER:1400" --port $PORT $SERVER
route="ip route replace $SERVER via 192.0.2.1 dev eth0 mtu 1400 advmss 1360"
tells "$route"
on client $route
doctor 0 "status=ok check=path:notable measured=$SERVER:1400" --verify $SERVER
tells "keep to the 1400 bytes of its route"
on client ip route del $SERVER
doctor 1 "status=problem check=path:wrong" --verify $SERVER
tells "whether an MSS clamp keeps TCP below it, --port N tells"
on router nft add table inet mss_clamp
on router nft 'add chain inet mss_clamp forward { type filter hook forward priority mangle; }'
on router nft add rule inet mss_clamp forward meta nfproto ipv4 tcp flags syn tcp option maxseg size set 1360
doctor 0 "status=ok check=path:notable check=tcp:ok" --verify --port $PORT $SERVER
tells "send packets of at most 1400 bytes, by its MSS"
on router nft delete table inet mss_clamp
# A gateway of the other family is named as ip-route(8) wants it.
route="ip route replace $SERVER via inet6 2001:db8:1::1 dev eth0"
on client $route
doctor 1 "status=problem check=path:wrong measured=$SERVER:1400" $SERVER
tells "$route mtu 1400 advmss 1360"
on client $route mtu 1400 advmss 1360
doctor 0 "status=ok check=path:notable" --verify $SERVER
