# The incident: a silent limit of 1460 under a tunnel of MTU 1420, and a download that hangs. What is
# right is 1400, which only the path under the tunnel tells: 1392 is what passes inside.
network
limit 1460
tunnel 1420
serve "request reply:1751"
download complete 60 $INNER_SERVER &
download=$!
incident="status=problem check=route:ok check=tunnel:ok check=underlay:wrong check=path:wrong check=tcp:ok
  measured=$INNER_SERVER:1392 measured=$SERVER:1460 direction=forward mtu=1400 exact=yes"
doctor 1 "$incident" --port $PORT --wg-config "$LAB_TMP/client.conf" $INNER_SERVER
tells "1460 - 60"
tells "+MTU = 1400"
tells "both ends"
tells "behind hop 1 (192.0.2.1)"
tells "doctor $INNER_SERVER --port $PORT --wg-config $LAB_TMP/client.conf --verify"
hides "$(awk '/PrivateKey/ { print $3 }' "$LAB_TMP/client.conf")"
doctor 1 "$incident" --port $PORT --verify $INNER_SERVER
tells '"headline":"not fixed: '
kill -0 $download || fail "the download was not stuck"
tunnel_mtu 1400
doctor 0 "status=ok check=path:ok check=tcp:ok measured=$INNER_SERVER:1400" --port $PORT --verify $INNER_SERVER
tells '"headline":"fixed: '
wait $download || fail "the download did not complete"
doctor 0 "status=ok measured=$INNER_SERVER6:1400" --verify $INNER_SERVER6
