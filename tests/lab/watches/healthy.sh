# Ordinary traffic of all sizes over both families: nothing is told.
network
serve "request reply:300-60000"
watch server -i eth0
talk complete 30 $SERVER "get drain" --connections 150 --parallel 8
talk complete 30 $SERVER6 "get drain" --connections 50 --parallel 8
end_watch 0
told event=found count=0 || { cat "$events"; fail "something was told"; }
