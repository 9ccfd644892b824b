# An interface that is watched is removed; the other one is watched on, until it goes too: then it ends with its
# report.
network
on server ip link add extra0 type veth peer name extra1
on server ip link set extra0 up
on server ip link set extra1 up
on server ip link add extra2 type veth peer name extra3
on server ip link set extra2 up
on server ip link set extra3 up
watch server -i extra0 -i extra2
on server ip link del extra0
must_tell 5 event=interface-lost interface=extra0
must_tell 5 event=link-removed interface=extra0
never_told schema=mtuscope/report/1
on server ip link del extra2
must_tell 5 event=interface-lost interface=extra2
status=0
wait "$watching" || status=$?
((status == 3)) || fail "exit status $status: nothing was seen, so it is inconclusive"
told schema=mtuscope/report/1 || fail "no report"
