# The first answers of a connection are small and pass, a later one fills whole packets and is stuck.
# Nothing with data comes to the client behind it, only acknowledgements.
network
delay 15
limit 1400 to-client
record server server eth0 128
record client client eth0 128
serve "request send:200 request send:900 request send:29000"
talk stuck 9 $SERVER "get recv:200 get recv:900 get recv:29000"
finish

truth="1400 bytes pass to the client, 1500 to the server; nothing of the third answer arrives, not even a part."
hole="$SERVER>$CLIENT,delivered=952,pmtu=1400,lost=1500"
expect server --exit 1 --truth "$truth" --blackhole "$hole,confidence=suspected|confirmed,vantage=sender"
expect client --exit 1 --truth "$truth" --blackhole "$hole,confidence=suspected,vantage=receiver"
