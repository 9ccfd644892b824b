# The last link has MTU 1400 and its router says so (ICMPv6 Packet Too Big): path MTU discovery works.
network
on router ip link set to-client mtu 1400
record server server eth0
record client client eth0
serve "request reply:40000"
download complete 8 $SERVER6
finish

truth="The path to the client carries 1400 bytes, the router says so at once, and the server obeys."
expect server --exit 0 --healthy --pmtud "$SERVER6>$CLIENT6" --truth "$truth"
expect client --exit 0 --healthy --truth "$truth The client sees no PTB and nothing above 1400 bytes."
