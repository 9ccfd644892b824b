# A firewall drops later fragments: small answers arrive, of a large one only the first fragment.
network
rule ip frag-off '&' 0x1fff != 0 drop
record client client eth0
record server server eth0
serve_dns
ask complete $SERVER "s200.lab s1300.lab" --room 4096
ask stuck $SERVER "s3000.lab s2000.lab" --room 4096
elapse 5.5
ask complete $SERVER "s200.lab"
finish

truth="Answers above 1472 bytes travel in fragments, and only the first of each passes the router."
expect client --exit 1 --must "dns-unanswered,src=$CLIENT,dst=$SERVER" --never pmtu-blackhole --never path-outage \
  --never "fragment-loss,src=$CLIENT,dst=$SERVER" --must "fragmentation,src=$SERVER,dst=$CLIENT" --truth "$truth"
expect server --exit 1 --must "dns-unanswered,src=$CLIENT,dst=$SERVER" --never pmtu-blackhole --never path-outage \
  --never "fragment-loss,src=$CLIENT,dst=$SERVER" --must "fragmentation,src=$SERVER,dst=$CLIENT" --truth "$truth"
