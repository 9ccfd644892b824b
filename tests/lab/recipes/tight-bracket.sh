# Records of many sizes, each a write of its own, through a tunnel: 1340 bytes of payload make a packet
# of 1392 bytes, the largest that arrives; 1341 bytes make 1393, the smallest that does not.
network
limit 1460
tunnel 1420
delay 5
record server server wg0
record client client wg0
records="send:200@0.05 send:400@0.05 send:800@0.05 send:1200@0.05 send:1300@0.05 send:1330@0.05"
records+=" send:1340@0.05 send:1341 send:1340 send:300 send:1350 send:1338 send:1341 send:600"
serve "request $records"
talk stuck 8 $INNER_SERVER "get drain"
finish

truth="The path carries 1460 bytes, so exactly 1392 inside the tunnel; 1392 is seen to arrive after 1393 was lost."
for vantage in server:sender:confirmed client:receiver:'suspected|confirmed'; do
  IFS=: read -r at role confidence <<<"$vantage"
  lost=$([[ $at == server ]] && echo 1393 || echo 1420)
  expect "$at" --exit 1 --truth "$truth" --blackhole \
    "$INNER_SERVER>$INNER_CLIENT,delivered=1392,pmtu=1392,lost=$lost,confidence=$confidence,vantage=$role"
done
