# The router translates the client's address, lowers the MSS of both directions to 1360, and drops silently what
# exceeds 1400 bytes: works. Both ends record.
network
on router nft "add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; }"
on router nft add rule ip nat out oifname to-server masquerade
limit 1400
clamp 1360
record server server eth0
record client client eth0
serve "request reply:20000"
download complete 5 $SERVER
finish

outside=198.51.100.1  # the client, as the server sees it
truth="The path carries 1400 bytes and nobody sends more: the router rewrites the MSS of SYN and SYN-ACK to 1360."
expect server --exit 0 --healthy --not-tested "$SERVER>$outside,lower=1400" \
  --never "mss-clamped,confidence=confirmed" --truth "$truth"
expect client --exit 0 --healthy --not-tested "$SERVER>$CLIENT,lower=1400" \
  --never "mss-clamped,confidence=confirmed" --truth "$truth"
expect_together both "server client" --exit 0 --healthy --must "mss-clamped,confidence=confirmed,src=$SERVER" \
  --must "mss-clamped,confidence=confirmed,dst=$SERVER" --truth "$truth"
