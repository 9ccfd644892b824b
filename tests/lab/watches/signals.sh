# SIGTERM in the middle of traffic, SIGINT, and --duration end it with a complete report; without the privilege
# it says what to grant.
network
serve "request send:1000*4000@0.005"
watch server -i eth0
talk any 20 $SERVER "get drain" 2>/dev/null &
talking=$!
wait_for 10 on server sh -c 'ss -Htn state established | grep -q .'
end_watch "0 3" TERM
watch server -i any --memory 8M
end_watch "0 3" INT
watch server -i eth0 --duration 300ms
wait_for 10 told schema=mtuscope/report/1
kill $talking 2>/dev/null || true
status=0
on server $NOBODY "$MTUSCOPE" watch -i eth0 2>"$LAB_TMP/refused" || status=$?
((status == 2)) || fail "exit status $status without privileges"
grep -q "setcap cap_net_raw+ep" "$LAB_TMP/refused" || { cat "$LAB_TMP/refused"; fail "does not say what to grant"; }
# Nobody reads any more: it ends by itself, though nothing happens that it could tell.
{ on server timeout 20 "$MTUSCOPE" watch --json -i lo || echo $? >"$LAB_TMP/unread"; } | head -n 1 >/dev/null
[[ $(cat "$LAB_TMP/unread") == 3 ]] || fail "it goes on though nobody reads: $(cat "$LAB_TMP/unread")"
