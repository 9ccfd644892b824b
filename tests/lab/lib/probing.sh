# Measuring with `mtuscope probe` and `mtuscope doctor`, and comparing with what is true about the
# network.

# probe EXIT "CLAIMS" ARGUMENTS...: runs it on the client. The claims are those of probe_truth.py.
probe() { probe_as client "" "$@"; }

# probe_as HOST "PREFIX COMMAND" EXIT "CLAIMS" ARGUMENTS...: the same on any host, for instance as a
# user without privileges.
probe_as() { run_mtuscope probe "$@"; }

# in_time "CLAIMS" EXIT "CLAIMS" ARGUMENTS...: probe; the first claims, which tell how long it took, need not be true
# before the third time, since a busy machine may be slower than its program.
in_time() {
  local fast=$1 try
  shift
  for try in 1 2 3; do
    probe "$@"
    # shellcheck disable=SC2086
    /usr/bin/python3 "$LAB_DIR/probe_truth.py" "$LAB_TMP/probe.json" $fast && return
  done
  cat "$LAB_TMP/probe.json"
  fail "probe $*: $fast is not true, $try times"
}

# probe_often TIMES "CLAIMS" ARGUMENTS...: on the client of a path that loses packets, four at a time. Each must
# find a limit as claimed; one of all may say "undetermined" instead, since one of 100 may.
probe_often() {
  local times=$1 claims=$2 i status pids=() open=0
  shift 2
  for ((i = 0; i < times; ++i)); do
    ((i < 4)) || wait "${pids[i - 4]}"
    (
      status=0
      on client "$MTUSCOPE" probe --json "$@" >"$LAB_TMP/often-$i" || status=$?
      echo $status >"$LAB_TMP/often-$i.status"
    ) &
    pids+=($!)
  done
  wait "${pids[@]}"
  for ((i = 0; i < times; ++i)); do
    status=$(<"$LAB_TMP/often-$i.status")
    # shellcheck disable=SC2086
    ((status == 1)) && /usr/bin/python3 "$LAB_DIR/probe_truth.py" "$LAB_TMP/often-$i" $claims && continue
    ((status == 3)) && grep -q '"verdict": "undetermined"' "$LAB_TMP/often-$i" && ((++open <= 1)) && continue
    cat "$LAB_TMP/often-$i"
    fail "probe $*: number $i of $times: exit status $status, not as claimed; $open undetermined"
  done
  echo "probe $*: $times measured, $open undetermined"
}

# run_mtuscope COMMAND HOST "PREFIX COMMAND" EXIT "CLAIMS" ARGUMENTS...
run_mtuscope() {
  local command=$1 host=$2 prefix=$3 expected=$4 claims=$5 status=0
  shift 5
  # shellcheck disable=SC2086
  on "$host" $prefix "$MTUSCOPE" "$command" --json "$@" >"$LAB_TMP/probe.json" 2>"$LAB_TMP/probe.err" || status=$?
  if ((status != expected)); then
    cat "$LAB_TMP/probe.json" "$LAB_TMP/probe.err"
    fail "$command $*: exit status $status instead of $expected"
  fi
  ((status == 2)) && return
  # shellcheck disable=SC2086
  /usr/bin/python3 "$LAB_DIR/probe_truth.py" "$LAB_TMP/probe.json" $claims || {
    cat "$LAB_TMP/probe.json"
    fail "$command $*: not as claimed"
  }
}

# doctor EXIT "CLAIMS" ARGUMENTS...: on the client, where it finds the tunnel's own sockets.
doctor() { doctor_as "" "$@"; }

# doctor_as "PREFIX COMMAND" EXIT "CLAIMS" ARGUMENTS...
doctor_as() {
  mkdir -p /run/wireguard "$LAB_TMP/wireguard-client"
  run_mtuscope doctor client "$LAB_DIR/with_sockets $LAB_TMP/wireguard-client $1" "${@:2}"
}

# tells TEXT: the last report says it, anywhere.
tells() { grep -qF -- "$1" "$LAB_TMP/probe.json" || { cat "$LAB_TMP/probe.json"; fail "does not tell: $1"; }; }
# hides TEXT: it does not.
hides() { if grep -qF -- "$1" "$LAB_TMP/probe.json"; then cat "$LAB_TMP/probe.json"; fail "tells: $1"; fi; }

# says TEXT: the last probe's error message.
says() { grep -qF -- "$1" "$LAB_TMP/probe.err" || { cat "$LAB_TMP/probe.err"; fail "does not say: $1"; }; }

# everybodys_program: from here on the program is one that any user may run.
everybodys_program() {
  local copy
  copy=$(mktemp -p /tmp mtuscope-lab-XXXXXX)
  at_exit rm -f "$copy"
  cp "$MTUSCOPE" "$copy"
  chmod 755 "$copy"
  MTUSCOPE=$copy
}

# reflector HOST ARGUMENTS...: `mtuscope reflect`, as a user without privileges; returns when it listens.
reflector() { reflector_as "$1" "$NOBODY" "${@:2}"; }

reflector_as() {
  local host=$1 prefix=$2 log
  log=$(mktemp -p "$LAB_TMP" reflect-XXXXXX)
  shift 2
  # shellcheck disable=SC2086
  spawn "$host" $prefix "$MTUSCOPE" reflect "$@" >"$log" 2>&1
  reflecting=$log
  wait_for 10 grep -q '^Reflecting at' "$log"
}

# summary TEXT...: ends the last reflector, which must say each of these.
summary() {
  local text
  stop "$spawned" INT
  for text in "$@"; do
    grep -qF -- "$text" "$reflecting" || { cat "$reflecting"; fail "the reflector does not say: $text"; }
  done
}
