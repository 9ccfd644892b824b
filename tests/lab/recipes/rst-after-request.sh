# The server resets the connection after the request; a second one resets in mid-answer.
network
delay 5
record server server eth0
record client client eth0
serve "request reset"
serve "request send:3000@0.2 reset" 4097
talk failed 8 $SERVER "get drain"
PORT=4097 talk failed 8 $SERVER "get drain"
finish

for vantage in server client; do
  expect $vantage --exit 0 --healthy --truth "The application resets its connections; the network delivers everything."
done
