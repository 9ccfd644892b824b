# Measuring with `mtuscope probe` and comparing with what is true about the network.

# probe EXIT "CLAIMS" ARGUMENTS...: runs it on the client. The claims are those of probe_truth.py.
probe() { probe_as client "" "$@"; }

# probe_as HOST "PREFIX COMMAND" EXIT "CLAIMS" ARGUMENTS...: the same on any host, for instance as a
# user without privileges.
probe_as() {
  local host=$1 prefix=$2 expected=$3 claims=$4 status=0
  shift 4
  # shellcheck disable=SC2086
  on "$host" $prefix "$MTUSCOPE" probe --json "$@" >"$LAB_TMP/probe.json" 2>"$LAB_TMP/probe.err" || status=$?
  if ((status != expected)); then
    cat "$LAB_TMP/probe.json" "$LAB_TMP/probe.err"
    fail "probe $*: exit status $status instead of $expected"
  fi
  ((status == 2)) && return
  # shellcheck disable=SC2086
  /usr/bin/python3 "$LAB_DIR/probe_truth.py" "$LAB_TMP/probe.json" $claims || {
    cat "$LAB_TMP/probe.json"
    fail "probe $*: not as claimed"
  }
}

# says TEXT: the last probe's error message.
says() { grep -qF -- "$1" "$LAB_TMP/probe.err" || { cat "$LAB_TMP/probe.err"; fail "does not say: $1"; }; }

# A user without any privilege, not even that of ping sockets.
NOBODY="setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all"
