# A router as old as RFC 791: its "fragmentation needed" says no MTU (0). Linux goes down to 552 bytes,
# and clears DF.
network
limit 1400 to-client
forge_ptb --above 1400 --mtu 0
record server server eth0
serve "request reply:1751"
download complete 6 $SERVER
finish

truth="The path carries 1400 bytes; the router says 0, so the server can only guess."
expect server --exit 1 --truth "$truth" --must "ptb-suspect,src=$SERVER,dst=$CLIENT" --not-size \
  --never pmtud-working --never data-undelivered --never path-outage
