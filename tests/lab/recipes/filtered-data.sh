# The handshake passes; every packet with data from the server vanishes, also the tiny ones.
network
delay 5
record server server eth0
record client client eth0
rule oifname to-client ip protocol tcp 'tcp flags & syn == 0' meta length gt 52 drop
serve "request send:20@0.3 send:300@0.3 send:1200@0.3 send:1448"
talk stuck 9 $SERVER "get drain"
finish

expect server --exit 1 --must "data-undelivered,src=$SERVER,dst=$CLIENT" --not-size --never zero-window --never path-outage \
  --truth "No data of any size passes from the server; bare acknowledgements do."
expect client --exit 0,1,3 --not-size --never zero-window --never path-outage \
  --truth "The client sees its request acknowledged and never any data, not even 20 bytes."
