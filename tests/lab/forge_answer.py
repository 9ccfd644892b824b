#!/usr/bin/python3
"""A router that answers probes in their target's place, without having seen their secret: forge_answer.py
IFACE --above SIZE --ready FILE

For every IPv4 packet above SIZE that comes in on IFACE: to a TCP SYN a RST and a SYN-ACK whose
acknowledgement numbers are off, to an ICMP echo request a reply with one byte of its data inverted, to a UDP
datagram a port unreachable whose quote has one byte inverted.
"""

import argparse
import socket
import struct
import sys

from forge_ptb import ETH_P_ALL, OUTGOING, checksum

ICMP, TCP, UDP = 1, 6, 17


def ip_packet(protocol, source, target, payload):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0, source, target)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def segment(source, target, ports, ack, flags):
    """From `source`, with the ports of the packet that it answers."""
    tcp = struct.pack("!HHIIBBHHH", ports[1], ports[0], 0, ack & 0xFFFFFFFF, 5 << 4, flags, 0, 0, 0)
    pseudo = source + target + struct.pack("!BBH", 0, TCP, len(tcp))
    return tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]


def icmp(kind, code, rest):
    message = struct.pack("!BBH", kind, code, 0) + rest
    return message[:2] + struct.pack("!H", checksum(message)) + message[4:]


def forgeries(packet):
    source, target, transport = packet[12:16], packet[16:20], packet[(packet[0] & 15) * 4 :]
    inverted = bytes([transport[20] ^ 0xFF])
    if packet[9] == TCP:
        ports = struct.unpack_from("!HH", transport)
        seq = struct.unpack_from("!I", transport, 4)[0]
        data = len(transport) - (transport[12] >> 4) * 4
        for ack, flags in ((seq + data + 500_000, 0x14), (seq - 500_000, 0x12), (0, 0x14)):
            yield ip_packet(TCP, target, source, segment(target, source, ports, ack, flags))
    elif packet[9] == ICMP and transport[0] == 8:
        yield ip_packet(ICMP, target, source, icmp(0, 0, transport[4:20] + inverted + transport[21:]))
    elif packet[9] == UDP:
        quote = packet[: len(packet) - len(transport) + 20] + inverted + transport[21:400]
        yield ip_packet(ICMP, target, source, icmp(3, 3, bytes(4) + quote))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("iface")
    parser.add_argument("--above", type=int, required=True)
    parser.add_argument("--ready", required=True)
    options = parser.parse_args()
    seen = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    seen.bind((options.iface, ETH_P_ALL))
    answers = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    open(options.ready, "w").close()
    while True:
        packet, source = seen.recvfrom(65536)
        if source[2] == OUTGOING or packet[0] >> 4 != 4 or len(packet) <= options.above:
            continue
        for forged in forgeries(packet):
            answers.sendto(forged, (socket.inet_ntoa(packet[12:16]), 0))


if __name__ == "__main__":
    sys.exit(main())
