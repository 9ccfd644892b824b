# DNS that works, of which the recording holds the queries only.
network
record client client eth0 128 udp dst port 53
serve_dns
ask complete $SERVER "www.lab s400.lab s300.lab mail.lab" --timeout 5
elapse 6
ask complete $SERVER "www.lab" --timeout 5
finish

expect client --exit 0,3 --not-size --never dns-unanswered --quality \
  --truth "Every question is answered at once; tcpdump's filter leaves the answers out."
