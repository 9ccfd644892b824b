# 30 % random loss around a tunnel, seen from outside only: many downloads through it.
network
tunnel 1420
loss 30
record outer router to-server
lossy_traffic $INNER_SERVER 100000 20
finish

expect outer --exit 0,3 --never pmtu-blackhole --never path-outage \
  --truth "Every third packet is lost, whatever its size; what is lost is encrypted."
