# 15 % each way, and a limit: exact, now and then undetermined, never wrong. LAB_OFTEN=200 measures as often.
network
limit 1400
loss 15
probe_often "${LAB_OFTEN:-32}" "verdict=exact pmtu=1400" --method icmp $SERVER
probe_often 8 "verdict=exact pmtu=1400" --method icmp $SERVER6
