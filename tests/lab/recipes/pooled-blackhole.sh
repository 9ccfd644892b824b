# forgotten-connection's twin: the same traffic, but packets larger than 1400 bytes are dropped on the
# way to the server. The small end of the stuck request arrives.
network
delay 15
limit 1400 to-server
record client client eth0 128
record server server eth0 128
serve "recv:69 send:300 recv:4800 send:2"
serve "recv:2520 send:2" 4097
PORT=4097 talk complete 20 $SERVER "send:70*36@0.4 recv:2" &
other=$!
talk stuck 13 $SERVER "send:69 recv:300 pause:4 send:4800 recv:2"
wait $other
finish

truth="1400 bytes pass to the server, 1500 to the client."
hole="$CLIENT>$SERVER,delivered=508,pmtu=1400,lost=1500"
expect client --exit 1 --truth "$truth" --blackhole "$hole,confidence=confirmed,vantage=sender"
expect server --exit 1 --truth "$truth" --blackhole "$hole,confidence=suspected|confirmed,vantage=receiver"
expect_together both "client server" --exit 1 --truth "$truth" --blackhole "$hole,confidence=confirmed"
