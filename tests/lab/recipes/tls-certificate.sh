# TLS: the handshake opens, the client's hello is answered, and the flight with the certificates (about
# 4 KB) is what never arrives.
network
limit 1460
tunnel 1420
for name in root middle leaf; do
  openssl req -x509 -newkey rsa:4096 -nodes -days 3650 -keyout "$LAB_TMP/$name.key" -out "$LAB_TMP/$name.pem" \
    -subj "/O=The mtuscope lab/OU=Recorded for regression tests/CN=$name.example" 2>/dev/null
done
cat "$LAB_TMP/middle.pem" "$LAB_TMP/root.pem" >"$LAB_TMP/chain.pem"
record server server wg0
record client client wg0
spawn server openssl s_server -quiet -accept 4433 -cert "$LAB_TMP/leaf.pem" -key "$LAB_TMP/leaf.key" \
  -cert_chain "$LAB_TMP/chain.pem" -www
listening() { on server ss -Htln 'sport = :4433' | grep -q 4433; }
wait_for 10 listening
status=0
on client curl -sk -o /dev/null -m 8 "https://$INNER_SERVER:4433/" || status=$?
must_end stuck 0 $((status == 28))
finish

truth="The path carries 1460 bytes, so 1392 inside the tunnel; the certificate flight is stuck."
hole="$INNER_SERVER>$INNER_CLIENT,pmtu=1392,lost=1420"
expect server --exit 1 --blackhole "$hole,delivered=52,confidence=confirmed,vantage=sender" --truth "$truth"
expect client --exit 1 --blackhole "$hole,delivered=52,confidence=suspected|confirmed,vantage=receiver" --truth "$truth"
