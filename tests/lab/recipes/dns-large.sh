# A silent limit of 1400 bytes: answers of up to 1328 bytes arrive, one of 1448 does not, until the client leaves less room.
network
limit 1400
record client client eth0
record server server eth0
serve_dns
ask complete $SERVER "s200.lab s1300.lab" --room 4096
ask stuck $SERVER "s1420.lab" --room 4096
ask complete $SERVER "s1420.lab" --room 1232
elapse 5.5
ask complete $SERVER "s200.lab"
finish

truth="The path carries 1400 bytes, so the answer of 1448 never arrives; with room for 1232 it is truncated, and arrives."
for vantage in client server; do
  expect $vantage --exit 1 --must "dns-unanswered,src=$CLIENT,dst=$SERVER" --never fragment-loss \
    --never "pmtu-blackhole,confidence=confirmed" --never path-outage --truth "$truth"
done
