# A good transfer, recorded with -i any on the router: twice the same packet is no retransmission.
network
record router router any 96
serve "request reply:60000"
download complete 8 $SERVER
finish

expect router --exit 0 --healthy --quality --truth "Nothing is wrong; every packet was recorded twice."
