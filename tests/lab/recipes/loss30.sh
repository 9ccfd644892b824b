# 30 % random loss in each direction, whatever the size, RTT 20 ms: never a black hole. Bulk and
# short downloads together; some flows end while their last packets are being lost.
network
delay 10
loss 30
record server server eth0 96
record client client eth0 96
lossy_traffic $SERVER 60000 2
finish

for vantage in server client; do
  expect $vantage --exit 1 --must "random-loss,confidence=confirmed,src=$SERVER,dst=$CLIENT" --not-size \
    --never data-undelivered --never path-outage --never zero-window \
    --truth "Random loss of 30 % in each direction; path MTU 1500 both ways."
done
