# A silent limit of 1400 bytes: the first fragment of a datagram is lost, its small tail arrives.
network
limit 1400
record server server eth0
serve_datagrams
send_datagrams complete $SERVER "1000*3"
send_datagrams stuck $SERVER "1800*10" --gap 0.3
send_datagrams complete $SERVER "1000*3"
elapse 1
finish

expect server --exit 1 --must "fragment-loss,confidence=suspected|confirmed,src=$CLIENT,dst=$SERVER" \
  --never "fragment-loss,src=$SERVER,dst=$CLIENT" --never dns-unanswered --never "pmtu-blackhole,confidence=confirmed" \
  --truth "Packets above 1400 bytes vanish, so of each datagram only the last piece of 348 bytes arrives."
