# Recording: one file per vantage point, pcaps/NAME.VANTAGE.pcap, complete to the last packet.

captures=()

# record VANTAGE HOST IFACE [SNAPLEN [FILTER]]: from now on, until finish. Returns when tcpdump listens.
record() {
  local file=$LAB_TMP/$LAB_NAME.$1.pcap log=$LAB_TMP/$1.tcpdump.log
  spawn "$2" tcpdump --immediate-mode -U -Z root -s "${4:-128}" -i "$3" -w "$file" "${@:5}" 2>"$log"
  captures+=("$spawned:$file")
  wait_for 10 grep -q 'listening on' "$log"
}

# record_pcapng VANTAGE HOST IFACE...: several interfaces, with their link types, in one pcapng.
record_pcapng() {
  local file=$LAB_TMP/$LAB_NAME.$1.pcapng log=$LAB_TMP/$1.dumpcap.log host=$2 iface args=()
  shift 2
  for iface in "$@"; do args+=(-i "$iface" -s 128); done
  : >"$file"
  spawn "$host" dumpcap -q -n "${args[@]}" -w "$file" 2>"$log"
  captures+=("$spawned:$file")
  wait_for 10 grep -q '^File: ' "$log"
}

# finish: ends the recordings when nothing more is being written, and puts them where they belong.
finish() {
  local entry file
  wait_for 10 captures_settled
  for entry in "${captures[@]}"; do
    file=${entry#*:}
    stop "${entry%%:*}" INT
    (($(stat -c %s "$file") > 24)) || fail "$file holds no packet"
    rm -f "$LAB_OUT/$(basename "$file")" "$LAB_OUT/$(basename "$file").gz"
    if (($(stat -c %s "$file") > 50000)); then gzip -9nf "$file" && file+=.gz; fi
    mv "$file" "$LAB_OUT/"
  done
}

# put_in_order VANTAGE: after finish. dumpcap writes the packets of one interface in batches; this sorts a
# pcapng by time, for scenarios in which the order of both interfaces matters.
put_in_order() {
  local file=$LAB_OUT/$LAB_NAME.$1.pcapng
  reordercap "$file" "$LAB_TMP/ordered.pcapng" >/dev/null && mv "$LAB_TMP/ordered.pcapng" "$file"
}

captures_settled() {
  local before after
  before=$(capture_sizes)
  sleep 0.15
  after=$(capture_sizes)
  [[ $before == "$after" ]]
}

capture_sizes() {
  local entry
  for entry in "${captures[@]}"; do stat -c %s "${entry#*:}"; done
}

# captured_bytes: how much the first recording holds by now; for recipes that wait for traffic.
captured_bytes() { stat -c %s "${captures[0]#*:}"; }

# expect VANTAGE ARGUMENTS: what a correct analysis must and must not say; see truth.py.
expect() {
  local vantage=$1
  shift
  /usr/bin/python3 "$LAB_DIR/truth.py" "$LAB_OUT/$LAB_NAME.$vantage.expect.json" --recipe "$LAB_NAME" "$@"
}

# expect_together NAME "VANTAGE..." ARGUMENTS: as expect, of several recordings analyzed as one.
expect_together() {
  local name=$1 vantage file files=()
  for vantage in $2; do
    for file in "$LAB_OUT/$LAB_NAME.$vantage".pcap*; do files+=("$(basename "$file")"); done
  done
  expect "$name" "${@:3}" --captures "${files[@]}"
}
