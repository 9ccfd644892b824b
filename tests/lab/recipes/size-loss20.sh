# A path that loses one in five of the packets above 1440 bytes, and none of the others (a tunnel that
# fragments above 1440, say, and a filter that dislikes fragments now and then). Two flows of records of
# all sizes, RTT 20 ms: large packets get through in the end.
network
delay 10
rule meta length gt 1440 numgen random mod 100 '<' 20 drop
record server server eth0 96
record client client eth0 96
serve "request send:60-3200*130@0.03"
talk complete 60 $SERVER "get drain" --connections 3 --parallel 3
finish

truth="20 % of the packets above 1440 bytes are lost, none below; path MTU 1500 both ways."
expect server --exit 1 --must "size-dependent-loss,src=$SERVER,dst=$CLIENT" --never pmtu-blackhole \
  --never random-loss --never path-outage --never ptb-ignored --truth "$truth"
expect client --exit 0,1 --never pmtu-blackhole --never path-outage --never ptb-ignored --truth "$truth"
