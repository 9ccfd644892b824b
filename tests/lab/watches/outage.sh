# The link under a tunnel loses its carrier while data flows, and comes back: the outage is told with what the
# kernel says about the link.
network
tunnel 1420
serve "request send:1000*4000@0.01"
watch server -i wg0 -i eth0
talk any 30 $INNER_SERVER "get drain" --connections 4 --parallel 4 2>/dev/null &
talking=$!
wait_for 10 on server sh -c 'ss -Htn state established | grep -q .'
elapse 1
on router ip link set to-server down
must_tell 10 event=link-down interface=eth0
elapse 5
on router ip link set to-server up
must_tell 10 event=link-up interface=eth0
must_tell 15 event="found|changed" kind=path-outage text=eth0_went_down
kill $talking 2>/dev/null || true
end_watch 1
told kind=pmtu-blackhole count=0 || { cat "$events"; fail "a black hole was told"; }
