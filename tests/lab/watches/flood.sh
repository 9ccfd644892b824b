# A flood of half-open connections from addresses that never come again does not hide the incident, with little
# memory; what had to be forgotten is counted.
network
limit 1400
serve "request reply:1751"
watch server -i eth0 --memory 8M
on client /usr/bin/python3 "$LAB_DIR/syn_flood.py" $SERVER 9 12000
download stuck 12 $SERVER &
downloading=$!
must_tell 12 event=found kind=pmtu-blackhole
on client /usr/bin/python3 "$LAB_DIR/syn_flood.py" $SERVER 9 12000
wait $downloading
told event=found kind=pmtu-blackhole count=1 || { cat "$events"; fail "told twice"; }
end_watch 1
/usr/bin/python3 - "$events" <<'CHECK' || fail "nothing was evicted, or the finding went with it"
import json, sys
report = json.loads(open(sys.argv[1]).readlines()[-1])
assert report["capture_quality"]["evicted_flows"] > 1000, report["capture_quality"]
assert any(f["kind"] == "pmtu-blackhole" for f in report["findings"])
CHECK
