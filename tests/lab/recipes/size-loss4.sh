# As size-loss20 with a loss of 4 %: what users call a slow network.
network
delay 5
rule meta length gt 1440 numgen random mod 100 '<' 4 drop
record server server eth0 96
serve "request send:60-3200*450@0.01"
talk complete 60 $SERVER "get drain" --connections 3 --parallel 3
finish

expect server --exit 1 --must "size-dependent-loss,src=$SERVER,dst=$CLIENT" --never pmtu-blackhole \
  --never path-outage --never ptb-ignored \
  --truth "4 % of the packets above 1440 bytes are lost, none below; path MTU 1500 both ways."
