# tight-bracket without a tunnel: 1400 bytes pass, 1401 do not.
network
limit 1400
delay 5
record server server eth0
records="send:500@0.05 send:1000@0.05 send:1300@0.05 send:1347@0.05 send:1348@0.05"
serve "request $records send:1349 send:1348 send:100 send:1448 send:1348 send:100"
talk stuck 8 $SERVER "get drain"
finish

expect server --exit 1 --blackhole \
  "$SERVER>$CLIENT,delivered=1400,pmtu=1400,lost=1401,confidence=confirmed,vantage=sender" \
  --truth "The path carries exactly 1400 bytes; 1400 is seen to arrive after 1401 was lost."
