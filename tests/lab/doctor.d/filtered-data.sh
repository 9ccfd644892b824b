# The handshake passes, and then nothing that carries data: a filter, not an MTU.
network
serve "request reply:1000"
doctor 0 "status=ok check=tcp:ok" --port $PORT $SERVER
rule ip protocol tcp 'tcp flags & syn == 0' meta length gt 52 drop
doctor 1 "status=problem check=path:ok check=tcp:wrong" --port $PORT $SERVER
tells "a filter, not an MTU"
tells '"kind":"data-undelivered"'
doctor 1 "status=problem check=tcp:wrong" --port 4099 $SERVER
tells "refuses connections"
