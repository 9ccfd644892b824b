"""What a recording at the server proves about a limit that the network is known to have, told without
mtuscope: some bytes of the server were sent three times or more in packets above the limit, once after a
wait of 200 ms or more, and a smaller packet with data, sent after the first of them, was acknowledged."""

import pathlib
import struct
from typing import Iterator, NamedTuple

LEAST_TIMEOUT = 0.2


class Packet(NamedTuple):
    time: float
    size: int  # of the whole IP packet
    ports: tuple[int, int]
    seq: int
    payload: int
    ack: int
    sacks: tuple[tuple[int, int], ...]
    from_server: bool


def sack_blocks(options: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(options) and options[at] != 0:
        if options[at] == 1:
            at += 1
            continue
        length = options[at + 1] if at + 1 < len(options) else 0
        if length < 2 or at + length > len(options):
            return
        if options[at] == 5:
            yield from struct.iter_unpack(">II", options[at + 2:at + length])
        at += length


def packets(path: pathlib.Path, servers: tuple[bytes, ...]) -> Iterator[Packet]:
    """TCP over IPv4 or IPv6 in an Ethernet pcap of this machine's byte order."""
    data = path.read_bytes()
    at = 24
    while at + 16 <= len(data):
        seconds, micros, captured, _ = struct.unpack_from("=IIII", data, at)
        frame, at = data[at + 16:at + 16 + captured], at + 16 + captured
        ip = frame[14:]
        if frame[12:14] == b"\x08\x00" and ip[9] == 6:
            headers, size, src = 20, struct.unpack_from(">H", ip, 2)[0], ip[12:16]
        elif frame[12:14] == b"\x86\xdd" and ip[6] == 6:
            headers, size, src = 40, 40 + struct.unpack_from(">H", ip, 4)[0], ip[8:24]
        else:
            continue
        tcp = ip[headers:]
        length = 4 * (tcp[12] >> 4)
        sport, dport, seq, ack = struct.unpack_from(">HHII", tcp)
        yield Packet(seconds + micros * 1e-6, size, (sport, dport), seq, size - headers - length, ack,
                     tuple(sack_blocks(tcp[20:length])), src in servers)


def provable(path: pathlib.Path, limit: int, servers: tuple[bytes, ...], sack: bool) -> bool:
    tries: dict[tuple, list[float]] = {}
    small: list[tuple[tuple[int, int], int, int, float]] = []
    last_control = 0.0
    for p in packets(path, servers):
        if p.from_server and p.payload > 0:
            if p.size > limit:
                tries.setdefault((p.ports, p.seq), []).append(p.time)
            else:
                small.append((p.ports, p.seq, p.seq + p.payload, p.time))
        elif not p.from_server:
            ports = (p.ports[1], p.ports[0])
            for s in [s for s in small if s[0] == ports]:
                named = p.ack >= s[2] or any(b <= s[1] and s[2] <= e for b, e in p.sacks)
                if named or (not sack and p.time > s[3]):
                    last_control = max(last_control, s[3])
                    small.remove(s)
    return any(len(times) >= 3 and last_control > times[0] and
               any(b - a >= LEAST_TIMEOUT for a, b in zip(times, times[1:])) for times in tries.values())
