# ptb-honoured with TSO, GSO and GRO at the ends: what the server's capture shows after the PTB is larger
# than the MTU, what it sends is not.
offload_network
on router ip link set to-client mtu 1400
record server server eth0
serve "request reply:40000"
download complete 8 $SERVER
finish

truth="The path to the client carries 1400 bytes, the router says so at once, and the server obeys."
expect server --exit 0 --healthy --pmtud "$SERVER>$CLIENT" --truth "$truth"
