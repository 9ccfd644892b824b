# Only the way to the client is limited: full-sized uploads pass, downloads are stuck.
network
limit 1400 to-client
record server server eth0
record client client eth0
serve "request reply:1751"
serve "recv:20000 send:2" 4097
PORT=4097 talk complete 5 $SERVER "send:20000 recv:2"
download stuck 8 $SERVER
finish

truth="1400 bytes pass to the client, 1500 to the server."
hole="$SERVER>$CLIENT,delivered=355,pmtu=1400,lost=1500"
expect server --exit 1 --truth "$truth" --not-tested "$CLIENT>$SERVER,lower=1500" \
  --blackhole "$hole,confidence=confirmed,vantage=sender"
expect client --exit 1 --truth "$truth" --not-tested "$CLIENT>$SERVER,lower=1500" \
  --blackhole "$hole,confidence=suspected|confirmed,vantage=receiver"
