# The report's advice names the gateway of this host's route to the peer that packets are lost to.
network
limit 1400
serve "request reply:3000"
watch server -i eth0
download stuck 6 $SERVER
must_tell 5 event=found kind=pmtu-blackhole src=$SERVER
end_watch 1
tail -n 1 "$events" | grep -qF "ip route replace $CLIENT via 198.51.100.1 dev eth0 mtu" ||
  fail "the gateway is not named: $(tail -n 1 "$events")"
