# The client stops reading for 5 s: the window closes, window probes, then the rest.
network
delay 5
record server server eth0 96
record client client eth0 96
serve "request reply:150000"
talk complete 20 $SERVER "buffer:8000 get recv:20000 pause:5 drain"
finish

for vantage in server client; do
  expect $vantage --exit 1 --not-size --must "zero-window,src=$SERVER,dst=$CLIENT" \
    --never data-undelivered --never path-outage \
    --truth "zero-window: the client's application did not read for 5 s; nothing was lost."
done
