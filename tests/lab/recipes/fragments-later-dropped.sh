# A router that looks at ports drops later fragments, which have none: whole datagrams and first fragments pass.
# The server gives up after 2 s (30 s by default) and says so.
network
rule ip frag-off '&' 0x1fff != 0 drop
rule frag frag-off != 0 drop
settings server net.ipv4.ipfrag_time=2 net.ipv6.ip6frag_time=2
record client client eth0
record server server eth0
serve_datagrams
send_datagrams complete $SERVER "1000*3"
send_datagrams stuck $SERVER "3000*8" --gap 0.4 --wait 4
send_datagrams stuck $SERVER6 "3000*8" --gap 0.4 --wait 4
send_datagrams complete $SERVER "1000*3"
finish

truth="The router drops every fragment but the first; the server says \"fragment reassembly time exceeded\"."
for vantage in client server; do
  expect $vantage --exit 1 --must "fragment-loss,confidence=confirmed,src=$CLIENT,dst=$SERVER" \
    --must "fragment-loss,confidence=confirmed,src=$CLIENT6,dst=$SERVER6" --must "fragmentation,src=$CLIENT,dst=$SERVER" \
    --never "fragment-loss,src=$SERVER,dst=$CLIENT" --never pmtu-blackhole --never dns-unanswered --truth "$truth"
done
