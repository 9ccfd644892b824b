# No DNS server there: its host says "port unreachable".
network
record client client eth0
ask stuck $SERVER "www.lab mail.lab" --tries 2
finish

expect client --exit 1 --not-size --must "dns-unanswered,src=$CLIENT,dst=$SERVER" --never connection-refused \
  --truth "Nothing listens on UDP port 53: each query is answered with ICMP \"port unreachable\"."
