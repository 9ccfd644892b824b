# A firewall forgets an idle connection: the client's next request, full-sized packets and a small
# end, vanishes whatever its size. Another connection of the same hosts goes on, with small records.
network
delay 15
record client client eth0 128
record server server eth0 128
serve "recv:69 send:300 recv:4800 send:2"
serve "recv:2520 send:2" 4097
PORT=4097 talk complete 20 $SERVER "send:70*36@0.4 recv:2" &
other=$!
talk stuck 13 $SERVER "send:69 recv:300 pause:4 send:4800 recv:2" &
pooled=$!
answered() { (($(captured_bytes) > 1500)); }
wait_for 10 answered
elapse 0.5
rule tcp dport 4096 drop
rule tcp sport 4096 drop
wait $pooled $other
finish

truth="A firewall dropped one connection both ways after it had been idle: it is no matter of size; path MTU 1500."
never="--never pmtu-blackhole --never path-outage --never size-dependent-loss --never ptb-ignored"
expect client --exit 1 $never --must "data-undelivered,src=$CLIENT,dst=$SERVER" --truth "$truth"
expect server --exit 0,1,3 $never --truth "$truth"
expect_together both "client server" --exit 1 $never --must "data-undelivered,src=$CLIENT,dst=$SERVER" --truth "$truth"
