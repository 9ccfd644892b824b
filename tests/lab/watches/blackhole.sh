# The incident of the story, live: what WireGuard cannot carry is told with its third transmission, once, and
# again when it is beyond doubt.
network
limit 1460
tunnel 1420
serve "request reply:1751"
watch server -i wg0
# Linux sends it at 0, 5 ms (sometimes) and 0.2 s; so it is known within a second after that, and confirmed
# within a second after 3.2 s at the latest.
download stuck 6 $INNER_SERVER
told event=found kind=pmtu-blackhole within=1.25 src=$INNER_SERVER dst=$INNER_CLIENT upper=1420 ||
  { cat "$events"; fail "not told in time"; }
told event="found|changed" kind=pmtu-blackhole confidence=confirmed count=1 ||
  { cat "$events"; fail "not confirmed, or twice"; }
told event=found count=1 || fail "told more than once"
download stuck 3 $INNER_SERVER
told event=found count=1 || fail "the same finding was told again for another flow"
end_watch 1
