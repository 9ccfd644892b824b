# A real WireGuard tunnel between client and server, by wireguard-go.

# tunnel MTU [CLIENT_ENDPOINT SERVER_ENDPOINT]: wg0 on both ends, over IPv4 unless told otherwise.
tunnel() {
  local client_key server_key
  client_key=$(wg genkey)
  server_key=$(wg genkey)
  wg_end client "$client_key" "$(wg pubkey <<<"$server_key")" "${3:-$SERVER}"
  wg_end server "$server_key" "$(wg pubkey <<<"$client_key")" "${2:-$CLIENT}"
  add_address client wg0 $INNER_CLIENT/24 $INNER_CLIENT6/64
  add_address server wg0 $INNER_SERVER/24 $INNER_SERVER6/64
  tunnel_mtu "$1"
  on client ip link set wg0 up
  on server ip link set wg0 up
  # The handshake happens here, not in the recording.
  wait_for 10 on client ping -c 1 -W 0.3 $INNER_SERVER
}

# tunnel_mtu MTU: both ends; also while traffic flows.
tunnel_mtu() {
  on client ip link set wg0 mtu "$1"
  on server ip link set wg0 mtu "$1"
}

# wg_end HOST PRIVATE_KEY PEER_KEY PEER_ADDRESS: the daemon, in a mount namespace with a
# /run/wireguard of its own (both ends call their interface wg0), and its configuration.
wg_end() {
  local sockets=$LAB_TMP/wireguard-$1 config=$LAB_TMP/$1.conf
  mkdir -p "$sockets" /run/wireguard
  printf '[Interface]\nPrivateKey = %s\nListenPort = 51820\n[Peer]\nPublicKey = %s\nEndpoint = %s:51820\nAllowedIPs = 0.0.0.0/0, ::/0\n' \
    "$2" "$3" "$4" >"$config"
  spawn "$1" unshare -m sh -c \
    'mount --bind "$0" /run/wireguard && exec wireguard-go -f wg0' "$sockets" >"$LAB_TMP/$1.wg.log" 2>&1
  wait_for 5 test -S "$sockets/wg0.sock"
  on "$1" unshare -m sh -c 'mount --bind "$0" /run/wireguard && exec wg setconf wg0 "$1"' \
    "$sockets" "$config"
}
