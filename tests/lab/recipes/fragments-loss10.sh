# 10 % random loss: datagrams of two and of seven fragments; many are incomplete, and that is chance.
network
loss 10
settings server net.ipv4.ipfrag_time=2
record client client eth0 96
record server server eth0 96
serve_datagrams
send_datagrams any $SERVER "2000*40 9000*20" --gap 0.1 --wait 3
finish

for vantage in client server; do
  expect $vantage --exit 0,3 --not-size --never dns-unanswered --never path-outage \
    --truth "Each packet is lost with a probability of 10 %: most datagrams are whole, and fragments are not singled out."
done
