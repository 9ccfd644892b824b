# A long way, a limit in each direction: as fast as other methods, for each of them.
network
reflector server
limit 1400 to-server
limit 1420 to-client
delay 25
in_time "rounds<=10" 1 "forward=exact:1400 reverse=exact:1420 packets<=100" --method reflector $SERVER
