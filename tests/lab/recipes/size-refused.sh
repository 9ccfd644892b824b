# As plain-blackhole, but the router's rule refuses what is larger than 1400 bytes, and says so: ICMP
# "administratively prohibited". That names no size that passes, and TCP goes on trying (RFC 1122 4.2.3.9).
network
rule oifname to-client meta length gt 1400 reject with icmp type admin-prohibited
record server server eth0
record client client eth0
serve "request reply:1751"
download stuck 8 $SERVER
finish

truth="The path carries 1400 bytes; a rule refuses the rest with ICMP, which is no PTB."
hole="$SERVER>$CLIENT,delivered=355,pmtu=1400,lost=1500"
expect server --exit 1 --blackhole "$hole,confidence=confirmed,vantage=sender" --never data-undelivered --truth "$truth"
expect client --exit 1 --blackhole "$hole,confidence=suspected|confirmed" --never data-undelivered --truth "$truth"
