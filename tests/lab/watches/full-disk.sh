# --write keeps what the finding is about and nothing else; a full disk under --write and --metrics is told, and
# the watch goes on.
network
limit 1400
serve "request reply:1751"
serve "request reply:1000" 4097
mkdir "$LAB_TMP/small"
mount -t tmpfs -o size=16k tmpfs "$LAB_TMP/small"
at_exit umount "$LAB_TMP/small"
watch server -i eth0 --write "$LAB_TMP/kept.pcapng" --metrics "$LAB_TMP/metrics.prom"
download stuck 8 $SERVER
must_tell 3 kind=pmtu-blackhole confidence=confirmed
wait_for 5 grep -q '^mtuscope_finding{kind="pmtu-blackhole"' "$LAB_TMP/metrics.prom"
end_watch 1
[[ ! -e $LAB_TMP/metrics.prom ]] || fail "the figures stay when nothing updates them"
status=0
"$MTUSCOPE" analyze "$LAB_TMP/kept.pcapng" >"$LAB_TMP/analyzed" || status=$?
((status == 1)) && grep -q "path-MTU black hole\|Path-MTU black hole" "$LAB_TMP/analyzed" ||
  { cat "$LAB_TMP/analyzed"; fail "the kept packets do not show the black hole"; }

dd if=/dev/zero of="$LAB_TMP/small/filler" bs=1k count=8 2>/dev/null
watch server -i eth0 --write "$LAB_TMP/small/kept.pcapng" --metrics "$LAB_TMP/small/metrics.prom"
dd if=/dev/zero of="$LAB_TMP/small/rest" bs=4k 2>/dev/null || true
download stuck 6 $SERVER
told event=found kind=pmtu-blackhole || { cat "$events"; fail "not found with a full disk"; }
must_tell 20 event=metrics-failed text=metrics.prom
end_watch 1
