# Without privileges it says what it could not see; a readable file makes up for the tunnel's peers.
network
limit 1460
tunnel 1420
settings client net.ipv4.ping_group_range="0 2147483647"
everybodys_program
doctor_as "$NOBODY" 1 "status=problem check=tunnel:unknown check=firewall:unknown mtu=1392" $INNER_SERVER
tells "run it with sudo"
chmod 755 "$LAB_TMP"
chmod 644 "$LAB_TMP/client.conf"
doctor_as "$NOBODY" 1 "check=tunnel:ok check=underlay:wrong measured=$SERVER:1460 mtu=1400 exact=yes" \
  --wg-config "$LAB_TMP/client.conf" $INNER_SERVER
