# 15 % each way, and a limit. Never wrong; the one time in hundreds that it says "inconsistent" instead
# would fail here, so it may measure twice.
network
limit 1400
loss 15
measure() { probe 1 "verdict=exact pmtu=1400" --method icmp "$@"; }
for i in 1 2 3 4 5 6; do (measure $SERVER) || measure $SERVER; done
(measure $SERVER6) || measure $SERVER6
