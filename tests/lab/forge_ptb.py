#!/usr/bin/python3
"""A router that answers packets with bad PTBs: forge_ptb.py IFACE --above SIZE --mtu MTU --ready FILE

For every packet of PROTOCOL (tcp unless said) above SIZE that comes in on IFACE it sends a packet-too-big message with MTU to the
packet's source. Options spoil the quote: --seq-plus N adds to its sequence number, --quote-src ADDRESS
changes where it says it came from, --flip N inverts byte N of the quoted transport header, --quote-bytes N
cuts it.
"""

import argparse
import socket
import struct
import sys

ETH_P_ALL = 3
OUTGOING = 4  # PACKET_OUTGOING
PROTOCOLS = {"tcp": [6], "udp": [17], "icmp": [1, 58], "any": [6, 17, 1, 58]}


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Family:
    """What differs between IPv4 and IPv6: where things lie in the header, and the message."""

    def __init__(self, packet):
        self.v6 = packet[0] >> 4 == 6
        self.family = socket.AF_INET6 if self.v6 else socket.AF_INET
        self.size = 40 + struct.unpack_from("!H", packet, 4)[0] if self.v6 else struct.unpack_from("!H", packet, 2)[0]
        self.protocol = packet[6] if self.v6 else packet[9]
        self.src_at, self.src_bytes = (8, 16) if self.v6 else (12, 4)
        self.transport_at = 40 if self.v6 else (packet[0] & 15) * 4

    def source(self, packet):
        return socket.inet_ntop(self.family, packet[self.src_at : self.src_at + self.src_bytes])

    def message(self, mtu, quote):
        if self.v6:  # the kernel fills in the checksum
            return struct.pack("!BBHI", 2, 0, 0, mtu) + quote
        sum_of = checksum(struct.pack("!BBHI", 3, 4, 0, mtu) + quote)
        return struct.pack("!BBHI", 3, 4, sum_of, mtu) + quote


def spoiled(packet, family, options):
    quote = bytearray(packet[: options.quote_bytes])
    seq_at = family.transport_at + 4
    seq = struct.unpack_from("!I", quote, seq_at)[0]
    struct.pack_into("!I", quote, seq_at, (seq + options.seq_plus) & 0xFFFFFFFF)
    if options.flip is not None:
        quote[family.transport_at + options.flip] ^= 0xFF
    if options.quote_src:
        address = socket.inet_pton(family.family, options.quote_src)
        quote[family.src_at : family.src_at + family.src_bytes] = address
    return bytes(quote)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("iface")
    parser.add_argument("--above", type=int, required=True)
    parser.add_argument("--mtu", type=int, required=True)
    parser.add_argument("--ready", required=True)
    parser.add_argument("--protocol", choices=PROTOCOLS, default="tcp")
    parser.add_argument("--flip", type=int)
    parser.add_argument("--seq-plus", type=int, default=0)
    parser.add_argument("--quote-src")
    parser.add_argument("--quote-bytes", type=int, default=548)
    options = parser.parse_args()
    seen = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    seen.bind((options.iface, ETH_P_ALL))
    answers = {socket.AF_INET: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
               socket.AF_INET6: socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)}
    open(options.ready, "w").close()
    while True:
        packet, source = seen.recvfrom(65536)
        if source[2] == OUTGOING or packet[0] >> 4 not in (4, 6):
            continue
        family = Family(packet)
        if family.protocol not in PROTOCOLS[options.protocol] or family.size <= options.above:
            continue
        quote = spoiled(packet, family, options)
        answers[family.family].sendto(family.message(options.mtu, quote), (family.source(packet), 0))


if __name__ == "__main__":
    sys.exit(main())
