# Watching with `mtuscope watch` while a network is broken, and what it tells meanwhile.

# watch HOST ARGUMENTS...: from now on, its events (JSON lines) in $events, until end_watch. Returns when
# it captures.
watch() {
  local host=$1
  shift
  events=$LAB_TMP/events.jsonl
  : >"$events"
  spawn "$host" "$MTUSCOPE" watch --json "$@" >"$events" 2>"$LAB_TMP/watch.err"
  watching=$spawned
  wait_for 10 told event=start
}

# end_watch "EXIT..." [SIGNAL]: ends it and checks the exit status (one of these) and that the last line is the
# report.
end_watch() {
  local status=0
  kill "-${2:-TERM}" "$watching" 2>/dev/null || true
  wait "$watching" || status=$?
  [[ " $1 " == *" $status "* ]] || {
    cat "$events" "$LAB_TMP/watch.err"
    fail "watch ended with exit status $status instead of $1"
  }
  told schema=mtuscope/report/1 || fail "the last line is no report"
}

# told CLAIMS...: an event or the report (the last line) fulfils all claims; see watch_truth.py.
told() { /usr/bin/python3 "$LAB_DIR/watch_truth.py" "$events" "$@"; }

# must_tell SECONDS CLAIMS...: waits for it.
must_tell() {
  local end=$((SECONDS + $1))
  shift
  until told "$@"; do
    ((SECONDS <= end)) || { cat "$events" "$LAB_TMP/watch.err"; fail "never told: $*"; }
    sleep 0.02
  done
}

# never_told CLAIMS...
never_told() {
  if told "$@"; then
    cat "$events"
    fail "told: $*"
  fi
}
