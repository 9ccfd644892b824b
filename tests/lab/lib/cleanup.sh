# Undoing, last in first out, and waiting for conditions. Everything that the lab creates registers
# its removal here at once, so that an interrupted recipe leaves nothing behind.

cleanup_stack=()

# at_exit COMMAND ARGS...: runs when the recipe ends, however it ends; the latest registered first.
at_exit() { cleanup_stack+=("$(printf '%q ' "$@")"); }

run_cleanup() {
  local i
  for ((i = ${#cleanup_stack[@]} - 1; i >= 0; i--)); do
    eval "${cleanup_stack[i]}" >/dev/null 2>&1 || true
  done
  cleanup_stack=()
}
trap run_cleanup EXIT
trap 'exit 130' INT TERM

# fail MESSAGE: ends the recipe; a recording that does not show what its name says is no recording.
fail() {
  echo "lab: ${LAB_NAME:-}: $*" >&2
  exit 1
}

# wait_for SECONDS COMMAND...: polls until COMMAND succeeds; fails the recipe when it never does.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS <= end)) || fail "waited in vain for: $*"
    sleep 0.02
  done
}

# spawn HOST COMMAND...: starts COMMAND in HOST's namespace and leaves its process id in $spawned.
spawn() {
  local host=$1
  shift
  ip netns exec "$LAB_ID-$host" "$@" &
  spawned=$!
  at_exit stop "$spawned" TERM
}

# stop PID [SIGNAL]: ends one process that spawn started, and waits until it is gone.
stop() {
  kill "-${2:-TERM}" "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}
