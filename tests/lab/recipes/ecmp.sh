# Two links share the load by a hash of addresses and ports, and one of them is narrower: it drops what
# is above 1400 bytes silently. Flows on the other one are well. Up to eight connections at a time: some
# are stuck until the client gives up, others come and go meanwhile.
network
rule meta length gt 1400 oifname to-client jhash ip saddr . tcp sport . ip daddr . tcp dport mod 2 seed 0x5 == 0 drop
record server server eth0 96
record client client eth0 96
serve "request send:114 send:1448*4 send:232"
talk any 4 $SERVER "get drain" --connections 20 --parallel 8
finish

truth="About half of the flows take a link of 1400 bytes, the others one of 1500."
hole="$SERVER>$CLIENT,delivered=166,pmtu=1400,lost=1500"
expect server --exit 1 --blackhole "$hole,confidence=suspected|confirmed,vantage=sender" --truth "$truth"
expect client --exit 0,1,3 --truth "$truth" --never "pmtu-blackhole,src=$CLIENT,dst=$SERVER" \
  --never ptb-ignored --never path-outage --never size-dependent-loss
