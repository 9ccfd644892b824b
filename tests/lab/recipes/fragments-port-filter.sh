# Everything works, but the recording has a filter on a port, which no later fragment has.
network
record server server eth0 128 udp port $PORT
serve_datagrams
send_datagrams complete $SERVER "1000*3 3000*10" --gap 0.3
elapse 1.5
finish

expect server --exit 0,3 --not-size --never dns-unanswered --must "fragmentation,src=$CLIENT,dst=$SERVER" \
  --truth "All datagrams arrive whole and are answered; tcpdump's filter on the port leaves only first fragments."
