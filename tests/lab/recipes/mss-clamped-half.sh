# A silent limit of 1400 bytes, and a router that clamps only SYNs, not SYN-ACKs: downloads work, uploads are stuck.
network
limit 1400
rule 'tcp flags & (syn | ack) == syn' tcp option maxseg size set 1360
record any router any
record_pcapng sides router to-client to-server
record client client eth0
serve "request reply:20000"
download complete 5 $SERVER
serve "recv:8000 send:100" 4097
PORT=4097 talk stuck 8 $SERVER "send:8000 recv:100"
finish
put_in_order sides

truth="The path carries 1400 bytes. Only the client's SYN is rewritten, so the server sends 1400 bytes and the client 1500, which vanish."
for vantage in any sides; do
  expect $vantage --exit 1 --must "mss-clamped,confidence=confirmed,src=$CLIENT,dst=$SERVER" \
    --blackhole "$CLIENT>$SERVER,confidence=suspected|confirmed,delivered=52,pmtu=1400,lost=1500" --truth "$truth"
done
expect client --exit 1 --never mss-clamped \
  --blackhole "$CLIENT>$SERVER,confidence=suspected|confirmed,delivered=52,pmtu=1400,lost=1500" --truth "$truth"
