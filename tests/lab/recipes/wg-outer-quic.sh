# Inside a healthy tunnel a client repeats a QUIC-sized first packet at growing intervals to a port where nobody
# answers (RFC 9002 6.2), while a small conversation flows beside it. From outside it looks like a black hole.
network
tunnel 1420
on server nft "add table inet deaf; add chain inet deaf input { type filter hook input priority 0; }"
on server nft add rule inet deaf input udp dport 4433 drop
record outer router to-server
serve "request reply:200"
conversation() {
  local i
  for i in 1 2 3 4 5; do talk complete 5 $INNER_SERVER "get drain" && elapse 1.5; done
}
conversation &
other=$!
PORT=4433 send_datagrams stuck $INNER_SERVER "1200*6" --gap 0.3 --growth 2
wait $other
finish

expect outer --exit 0,3 --never pmtu-blackhole --never path-outage --never ptb-ignored \
  --truth "Nothing is lost. 1200 bytes of UDP are repeated because nobody answers them."
