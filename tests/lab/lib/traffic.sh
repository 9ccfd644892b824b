# Who talks: scripted TCP ends (peer.py) and curl. A recipe says how its traffic must end, so that a
# recording cannot silently show something else.

PORT=4096

# serve "ACTIONS" [PORT]: a server that runs the actions on every connection.
serve() {
  local ready=$LAB_TMP/serving-${2:-$PORT}
  spawn server /usr/bin/python3 "$LAB_DIR/peer.py" listen "${2:-$PORT}" "$1" --ready "$ready"
  wait_for 10 test -e "$ready"
}

# talk complete|stuck|failed|any DEADLINE ADDRESS "ACTIONS" [OPTIONS]: a client; see peer.py.
talk() {
  local outcome=$1 deadline=$2 address=$3 actions=$4 status=0
  shift 4
  on client /usr/bin/python3 "$LAB_DIR/peer.py" connect "$address" $PORT "$actions" \
    --deadline "$deadline" "$@" || status=$?
  must_end "$outcome" $((status == 0)) $((status == 28))
}

# download complete|stuck DEADLINE ADDRESS [PORT]: curl.
download() {
  local status=0 address=$3
  [[ $address == *:* ]] && address="[$address]"
  on client curl -gs -o /dev/null -m "$2" "http://$address:${4:-$PORT}/" || status=$?
  must_end "$1" $((status == 0)) $((status == 28))
}

must_end() {
  case $1 in
    complete) (($2)) || fail "the transfer did not complete" ;;
    stuck) (($3)) || fail "the transfer was not stuck" ;;
    failed) ((! $2 && ! $3)) || fail "the connection was not broken" ;;
    any) (($2 || $3)) || fail "the client failed" ;;
    *) fail "unknown outcome $1" ;;
  esac
}

# serve_datagrams [PORT]: a server that answers every UDP datagram with a small one.
serve_datagrams() {
  local ready=$LAB_TMP/datagrams-${1:-$PORT}
  spawn server /usr/bin/python3 "$LAB_DIR/udp_peer.py" listen "${1:-$PORT}" --ready "$ready"
  wait_for 10 test -e "$ready"
}

# send_datagrams complete|stuck|any ADDRESS "SIZES" [OPTIONS]: a client; see udp_peer.py. Stuck: none answered.
send_datagrams() {
  local outcome=$1 address=$2 sizes=$3 status=0
  shift 3
  on client /usr/bin/python3 "$LAB_DIR/udp_peer.py" send "$address" $PORT "$sizes" "$@" || status=$?
  if [[ $outcome != any ]]; then must_end "$outcome" $((status == 0)) $((status == 28)); fi
}

# serve_dns: a DNS server; see dns_peer.py for what it answers.
serve_dns() {
  spawn server /usr/bin/python3 "$LAB_DIR/dns_peer.py" serve --ready "$LAB_TMP/serving-dns"
  wait_for 10 test -e "$LAB_TMP/serving-dns"
}

# ask complete|stuck|any ADDRESS "NAMES" [OPTIONS]: a DNS client; see dns_peer.py. Stuck: none answered.
ask() {
  local outcome=$1 address=$2 names=$3 status=0
  shift 3
  on client /usr/bin/python3 "$LAB_DIR/dns_peer.py" ask "$address" "$names" "$@" || status=$?
  if [[ $outcome != any ]]; then must_end "$outcome" $((status == 0)) $((status == 28)); fi
}

# elapse SECONDS: the scenario's own time passes (never used to wait for something to be ready).
elapse() { sleep "$1"; }

# lossy_traffic ADDRESS BULK_SIZE DEADLINE: a bulk download and many short ones of all sizes, up to
# eight at a time; those that the deadline (seconds) finds unfinished are abandoned.
lossy_traffic() {
  serve "request reply:$2" 4097
  serve "request reply:300-6000"
  download any 12 "$1" 4097 &
  local bulk=$!
  talk any "$3" "$1" "get drain" --connections 48 --parallel 8
  wait $bulk
}
