"""Classic pcap files of raw IPv4 packets, small enough to read in the test that makes them."""

import struct

CLIENT, SERVER = "10.9.0.1", "10.9.0.2"
SYN, ACK, PSH, FIN = 0x02, 0x10, 0x08, 0x01
HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101)  # link type 101: raw IP


def tcp(src, dst, seq, ack, flags, payload=0, options=b"", port=443, peer_port=50000):
    """An IPv4 packet of TCP with `payload` zero bytes; the server has `port`. Checksums are 0."""
    ports = (port, peer_port) if src == SERVER else (peer_port, port)
    options += b"\x01" * (-len(options) % 4)
    header_words = 5 + len(options) // 4
    segment = struct.pack("!HHIIBBHHH", *ports, seq, ack, header_words << 4, flags, 65000, 0, 0)
    segment += options + bytes(payload)
    addresses = bytes(int(part) for address in (src, dst) for part in address.split("."))
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 1, 0x4000, 64, 6, 0) + addresses + segment


def record(seconds, packet, snaplen=262144):
    """A packet as it stands in the file."""
    micros = round(seconds * 1e6)
    kept = packet[:snaplen]
    return struct.pack("<IIII", 1714563245 + micros // 10**6, micros % 10**6, len(kept), len(packet)) + kept


def pcap(packets):
    """`packets`: (seconds, packet) pairs. Each gets an IP identification of its own."""
    def identified(number, packet):
        return packet[:4] + struct.pack("!H", number) + packet[6:]

    return HEADER + b"".join(record(seconds, identified(number, packet))
                             for number, (seconds, packet) in enumerate(packets, start=1))


SYN_OPTIONS = b"\x02\x04" + struct.pack("!H", 1380) + b"\x04\x02"  # MSS 1380, SACK permitted


def sack(begin, end):
    return b"\x05\x0a" + struct.pack("!II", begin, end)


def handshake():
    return [
        (0.0, tcp(CLIENT, SERVER, 1000, 0, SYN, options=SYN_OPTIONS)),
        (0.001, tcp(SERVER, CLIENT, 5000, 1001, SYN | ACK, options=SYN_OPTIONS)),
        (0.050, tcp(CLIENT, SERVER, 1001, 5001, ACK)),
        (0.051, tcp(CLIENT, SERVER, 1001, 5001, ACK | PSH, 80)),
        (0.052, tcp(SERVER, CLIENT, 5001, 1081, ACK)),
    ]


def black_hole():
    """At the server: 1380 bytes are sent again and again, the 232 behind them are SACKed."""
    packets = handshake()
    packets.append((0.060, tcp(SERVER, CLIENT, 5001, 1081, ACK | PSH, 114)))
    packets.append((0.061, tcp(SERVER, CLIENT, 5115, 1081, ACK, 1380)))
    packets.append((0.062, tcp(SERVER, CLIENT, 6495, 1081, ACK | PSH, 232)))
    packets.append((0.110, tcp(CLIENT, SERVER, 1081, 5115, ACK)))
    packets.append((0.112, tcp(CLIENT, SERVER, 1081, 5115, ACK, options=sack(6495, 6727))))
    for seconds in (0.18, 0.46, 0.9, 1.8, 3.5, 6.9):
        packets.append((seconds, tcp(SERVER, CLIENT, 5115, 1081, ACK, 1380)))
    return pcap(packets)


def healthy():
    """The same conversation where everything arrives, and large packets go both ways."""
    packets = handshake()
    packets.append((0.060, tcp(SERVER, CLIENT, 5001, 1081, ACK, 1380)))
    packets.append((0.061, tcp(SERVER, CLIENT, 6381, 1081, ACK | PSH, 232)))
    packets.append((0.110, tcp(CLIENT, SERVER, 1081, 6381, ACK)))
    packets.append((0.111, tcp(CLIENT, SERVER, 1081, 6613, ACK)))
    packets.append((0.120, tcp(CLIENT, SERVER, 1081, 6613, ACK | PSH, 1380)))
    packets.append((0.121, tcp(SERVER, CLIENT, 6613, 2461, ACK)))
    packets.append((0.200, tcp(CLIENT, SERVER, 2461, 6613, ACK | FIN)))
    packets.append((0.201, tcp(SERVER, CLIENT, 6613, 2462, ACK | FIN)))
    packets.append((0.250, tcp(CLIENT, SERVER, 2462, 6614, ACK)))
    return pcap(packets)


def filler(count, start=0.0):
    """`count` records without header: one bulk transfer, for input that takes a while to read."""
    packet = tcp(SERVER, CLIENT, 5001, 1081, ACK, 10)
    return b"".join(record(start + i * 1e-5, packet) for i in range(count))
