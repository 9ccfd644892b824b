# 5 % random loss in each direction, whatever the size, RTT 20 ms, IPv6: never a black hole. Bulk and
# short downloads together; some flows end while their last packets are being lost.
network
delay 10
loss 5
record server server eth0 96
record client client eth0 96
lossy_traffic $SERVER6 200000 0.5
finish

for vantage in server client; do
  expect $vantage --exit 1 --must "random-loss,confidence=confirmed,src=$SERVER6,dst=$CLIENT6" --not-size \
    --never data-undelivered --never path-outage --never zero-window \
    --truth "Random loss of 5 % in each direction; path MTU 1500 both ways."
done
