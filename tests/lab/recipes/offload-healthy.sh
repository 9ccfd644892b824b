# A download with TSO, GSO and GRO at the ends and nothing wrong.
offload_network
record server server eth0 96
record client client eth0 96
serve "request reply:400000"
download complete 8 $SERVER
finish

for vantage in server client; do
  expect $vantage --exit 0 --healthy --quality \
    --truth "The path carries 1500 bytes; super-packets say nothing about sizes on the wire."
done
