# Root's rights are given up while it runs: before the first answer could come. Nobody answers, so that it waits.
network
# powerless: the last program that was spawned has no capability left, and can't get one by running another.
powerless() {
  [[ $(readlink "/proc/$spawned/exe") == "$(readlink -f "$MTUSCOPE")" ]] &&
    (($(grep -cE '^Cap(Inh|Prm|Eff|Amb):[[:space:]]*0{16}$|^NoNewPrivs:[[:space:]]*1$' "/proc/$spawned/status") == 5))
}
for method in icmp tcp udp; do
  spawn client "$MTUSCOPE" probe --quiet --timeout 30 --method $method 198.51.100.77
  wait_for 10 powerless
  stop "$spawned" INT
done
reflector_as server ""
powerless || fail "the reflector has rights: $(grep ^Cap "/proc/$spawned/status")"
