#!/usr/bin/python3
"""A TUN device that gives every packet back after a delay: relay.py IFACE MILLISECONDS.

The router's policy routing sends every packet that it would forward into the device once; what comes
out again is forwarded as usual. A stand-in for netem, which not every kernel has.
"""

import collections
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000


def open_tun(name):
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return tun


def relay(tun, delay):
    waiting = collections.deque()  # (due time, packet), in order: the delay is the same for all
    while True:
        timeout = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        if select.select([tun], [], [], timeout)[0]:
            waiting.append((time.monotonic() + delay, os.read(tun, 65536)))
        while waiting and waiting[0][0] <= time.monotonic():
            os.write(tun, waiting.popleft()[1])


if __name__ == "__main__":
    relay(open_tun(sys.argv[1]), float(sys.argv[2]) / 1000)
