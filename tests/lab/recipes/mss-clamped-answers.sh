# A router clamps only what the server announces, and the path is wide: the client sees a server that announces 1360
# and sends 1500.
network
rule 'tcp flags & (syn | ack) == (syn | ack)' tcp option maxseg size set 1360
record client client eth0
serve "request reply:20000"
download complete 5 $SERVER
finish

expect client --exit 0 --healthy --must "mss-clamped,confidence=suspected,src=$CLIENT,dst=$SERVER" \
  --never "mss-clamped,src=$SERVER,dst=$CLIENT" \
  --truth "The SYN-ACK is rewritten to an MSS of 1360, the SYN is not: the server sends packets of 1500 bytes."
