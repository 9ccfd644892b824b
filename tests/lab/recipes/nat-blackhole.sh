# The router translates the client's address, and drops silently what exceeds 1400 bytes. Both ends record: the
# same packets, with other addresses.
network
on router nft "add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; }"
on router nft add rule ip nat out oifname to-server masquerade
limit 1400
record server server eth0
record client client eth0
serve "request reply:1751"
download stuck 8 $SERVER
finish

outside=198.51.100.1  # the client, as the server sees it
truth="The path carries 1400 bytes; the router rewrites the client's address to $outside."
hole="delivered=355,pmtu=1400,lost=1500"
expect server --exit 1 --blackhole "$SERVER>$outside,$hole,confidence=confirmed,vantage=sender" --truth "$truth"
expect client --exit 1 --blackhole "$SERVER>$CLIENT,$hole,confidence=suspected|confirmed,vantage=receiver" \
  --truth "$truth"
expect_together both "server client" --exit 1 --blackhole "$SERVER>$outside,$hole,confidence=confirmed" --truth "$truth"
