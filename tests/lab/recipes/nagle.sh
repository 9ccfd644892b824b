# Requests in two small writes with Nagle's algorithm on: the second waits for the acknowledgement of
# the first, and the server, which answers every request, delays that. Nothing is lost.
network
record client client eth0
record server server eth0
repeat() { local i; for ((i = 0; i < 30; i++)); do printf '%s ' "$@"; done; }
serve "$(repeat recv:120 send:50)"
talk complete 20 $SERVER "nagle $(repeat send:60 send:60 recv:50)"
finish

for vantage in client server; do
  expect $vantage --exit 0 --healthy \
    --truth "Nothing is wrong with the network: Nagle's algorithm and delayed acknowledgements hold each other up."
done
