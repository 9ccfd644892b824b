# An interface's MTU and the route to a peer change while it is watched: both are told.
network
serve "request reply:3000"
watch server -i eth0
download complete 5 $SERVER
on server ip link set eth0 mtu 1400
must_tell 5 event=mtu-changed interface=eth0 text=from_1500_to_1400
# Routes to the peers that it has seen are watched after some seconds at the latest.
changed() {
  on server ip route replace $CLIENT via 198.51.100.1 dev eth0 mtu $((1300 + RANDOM % 50))
  told event=route-changed text=$CLIENT
}
wait_for 10 changed
end_watch 0
