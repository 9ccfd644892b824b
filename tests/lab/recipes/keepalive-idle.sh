# An idle connection with keepalives every second, after full-sized packets were delivered.
network
delay 5
record server server eth0
record client client eth0
serve "request keepalive:1 reply:4000 drain"
talk stuck 7 $SERVER "get recv:4000 drain"
finish

for vantage in server client; do
  expect $vantage --exit 0 --healthy --not-tested "$SERVER>$CLIENT,lower=1500" \
    --truth "Nothing is wrong: keepalives carry sequence numbers before what was sent, they are no retransmissions."
done
