# No reflector, a filter, keys that do not fit, loss, a long way, a tunnel, NAT.
network
reflected() { probe "$1" "$2" --method reflector "${@:3}"; }
key=$LAB_TMP/key other=$LAB_TMP/other
wg genpsk 2>/dev/null >"$key"
wg genpsk 2>/dev/null >"$other"
chmod 755 "$LAB_TMP" # the reflector runs as nobody
chown 65534 "$key" && chmod 600 "$key"
hears() { grep -qF -- "$1" "$LAB_TMP/probe.json" || { cat "$LAB_TMP/probe.json"; fail "does not say: $1"; }; }

reflected 3 "verdict=unanswered status=inconclusive" $SERVER
hears "nothing listens at 198.51.100.2, UDP port 8899"
reflector server --key "$key"
reflected 3 "verdict=unanswered" $SERVER
hears "no reflector answers"
reflected 3 "verdict=unanswered" --key "$other" $SERVER
hears "no reflector answers"
limit 1400 to-client
reflected 1 "forward=no-limit:1500 reverse=exact:1400" --key "$key" $SERVER
pass_everything
summary "Served 1 host" "not authentic: another key, or none"
reflector server --port 4000
reflected 3 "verdict=unanswered" --port 4000 --key "$key" $SERVER
hears "has no key"
reflected 0 "forward=no-limit:1500 reverse=no-limit:1500" --port 4000 $SERVER

# NAT: the source port that the reflector sees is another one.
on router nft "add table ip nat; add chain ip nat post { type nat hook postrouting priority 100; }"
on router nft add rule ip nat post oifname to-server masquerade random
limit 1400 to-client
reflected 1 "forward=no-limit:1500 reverse=exact:1400" --port 4000 $SERVER
on router nft delete table ip nat
pass_everything

# 15 % loss each way, as loss.sh. Not more often: a host may have 16 flows within 5 seconds (reflect.md, rule 6).
limit 1400 to-server
limit 1420 to-client
loss 15
probe_often 4 "forward=exact:1400 reverse=exact:1420" --method reflector --port 4000 $SERVER
pass_everything

# Interface MTU 1420, outer limit 1460: inner 1392 passes.
limit 1460 to-client
tunnel 1420
reflected 1 "forward=no-limit:1420 reverse=exact:1392" --port 4000 --via wg0 $INNER_SERVER
pass_everything
