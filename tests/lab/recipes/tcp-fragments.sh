# A server that does not ask for path MTU discovery sends TCP without DF: a router with a link of 1400 bytes cuts its
# segments of 1500. It works.
network
on router ip link set to-client mtu 1400
settings server net.ipv4.ip_no_pmtu_disc=1
record client client eth0
record server server eth0
serve "request reply:20000"
download complete 8 $SERVER
finish

truth="Segments of 1500 bytes are cut into 1396 and 124 by the router and arrive; nothing is lost, and the capture has every byte."
expect client --exit 0 --healthy --must "fragmentation,src=$SERVER,dst=$CLIENT" --truth "$truth"
expect server --exit 0 --healthy --never fragmentation --truth "$truth"
