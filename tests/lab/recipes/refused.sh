# Nothing listens on the port: three attempts are answered with RST. Then the service starts, and works.
network
record server server eth0
record client client eth0
talk failed 5 $SERVER "get drain" --connections 3
serve "request reply:20000"
download complete 5 $SERVER
finish

for vantage in server client; do
  expect $vantage --exit 0 --not-size --must "connection-refused,confidence=confirmed,src=$CLIENT,dst=$SERVER" \
    --never "connection-refused,src=$SERVER,dst=$CLIENT" --never syn-unanswered --never data-undelivered \
    --never path-outage --never dns-unanswered \
    --truth "Three SYNs were answered with RST, since nothing listened yet; the fourth connection was accepted and worked."
done
