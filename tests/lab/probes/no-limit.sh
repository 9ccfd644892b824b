# A path that carries what the interface does, and one whose interface is asked for too much.
network
probe 0 "verdict=no-limit pmtu=1500 direction=round-trip status=ok packets<=20" $SERVER
probe 0 "verdict=no-limit pmtu=1500 direction=round-trip status=ok" $SERVER6
# EMSGSIZE of the local kernel is the interface's limit, not the path's.
probe 0 "verdict=no-limit pmtu=1500" --max 9000 $SERVER
probe 0 "verdict=no-limit pmtu=1500" --max 9000 $SERVER6
probe 0 "verdict=no-limit pmtu=1500 method=udp direction=forward" --method udp $SERVER
