# The server's address is nobody's: its last router says "host unreachable" to every SYN.
network
record client client eth0
NOBODY=198.51.100.77
talk failed 12 $NOBODY "get drain" --connections 2 --parallel 2
finish

expect client --exit 1 --not-size --must "syn-unanswered,src=$CLIENT,dst=$NOBODY" --never connection-refused \
  --never data-undelivered --never path-outage \
  --truth "No host has the address: the router says \"host unreachable\" to each SYN. It is no silence, and no size."
