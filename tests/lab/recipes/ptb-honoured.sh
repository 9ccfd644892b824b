# The last link has MTU 1400 and its router says so (ICMP fragmentation needed): path MTU discovery works.
network
on router ip link set to-client mtu 1400
record server server eth0
record client client eth0
serve "request reply:40000"
download complete 8 $SERVER
finish

truth="The path to the client carries 1400 bytes, the router says so at once, and the server obeys."
expect server --exit 0 --healthy --pmtud "$SERVER>$CLIENT" --truth "$truth"
expect client --exit 0 --healthy --truth "$truth The client sees no PTB and nothing above 1400 bytes."
