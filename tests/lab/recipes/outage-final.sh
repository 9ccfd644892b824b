# As outage, but it never ends: full-sized and small packets of two flows had passed for seconds, then
# nothing does. The recording stops while both flows retransmit.
network
delay 5
record server server eth0 96
serve "request send:200-2500*160@0.05"
talk stuck 9 $SERVER "get drain" --connections 2 --parallel 2 &
transfer=$!
enough_seen() { (($(captured_bytes) > 8000)); }
wait_for 10 enough_seen
rule drop
wait $transfer
finish

expect server --exit 1 --must path-outage,confidence=confirmed --not-size --never zero-window --never data-undelivered \
  --truth "From some moment on no packet of any size passed in either direction."
