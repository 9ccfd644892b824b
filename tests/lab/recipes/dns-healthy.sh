# DNS that works: small and large answers, one in fragments, and two that take their time.
network
record client client eth0
record server server eth0
serve_dns
ask complete $SERVER "www.lab s400.lab" --timeout 5
ask complete $SERVER "s1300.lab s3000.lab" --room 4096 --timeout 5
ask complete $SERVER6 "slow1.lab s1200.lab" --room 4096 --timeout 5
ask complete $SERVER "slow2.lab" --timeout 1.5
finish

for vantage in client server; do
  expect $vantage --exit 0,3 --healthy \
    --truth "Every question is answered: one after 2 s, when it had been asked twice, and one in fragments."
done
