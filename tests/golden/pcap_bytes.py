"""Capture files as values: reads classic pcap and pcapng, writes either in any byte order. Knows only
what the metamorphic tests need; the formats are those of draft-ietf-opsawg-pcap and -pcapng."""

import dataclasses
import gzip
import pathlib
import struct
import subprocess

NANO = 1_000_000_000


@dataclasses.dataclass(frozen=True)
class Interface:
    link_type: int
    snaplen: int
    name: bytes = b""


@dataclasses.dataclass(frozen=True)
class Frame:
    time_ns: int
    original: int  # length on the wire
    data: bytes
    interface: int = 0


@dataclasses.dataclass(frozen=True)
class Capture:
    interfaces: tuple[Interface, ...]
    frames: tuple[Frame, ...]

    def with_frames(self, frames) -> "Capture":
        return dataclasses.replace(self, frames=tuple(frames))


def read(path: pathlib.Path) -> Capture:
    data = path.read_bytes()
    if path.name.endswith(".gz"):
        data = gzip.decompress(data)
    elif path.name.endswith(".zst"):
        data = subprocess.run(["zstd", "-dc", str(path)], capture_output=True, check=True).stdout
    return _read_pcapng(data) if data[:4] == b"\x0a\x0d\x0d\x0a" else _read_pcap(data)


def _read_pcap(data: bytes) -> Capture:
    magics = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}
    for order in "<>":
        unit = magics.get(struct.unpack_from(order + "I", data)[0])
        if unit:
            break
    else:
        raise ValueError("not a pcap file")
    snaplen, link = struct.unpack_from(order + "II", data, 16)
    frames, at = [], 24
    while at + 16 <= len(data):
        seconds, fraction, kept, original = struct.unpack_from(order + "IIII", data, at)
        at += 16
        if at + kept > len(data):
            break  # cut in the middle of a packet
        frames.append(Frame(seconds * NANO + fraction * unit, original, data[at : at + kept]))
        at += kept
    return Capture((Interface(link & 0xFFFF, snaplen),), tuple(frames))


def _read_pcapng(data: bytes) -> Capture:
    interfaces, frames = [], []
    units: list[tuple[int, int]] = []  # ticks a second and offset in seconds, per interface
    section, at, order = 0, 0, "<"
    while at + 12 <= len(data):
        if data[at : at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            section = len(interfaces)
        kind, length = struct.unpack_from(order + "II", data, at)
        body = data[at + 8 : at + length - 4]
        if at + length > len(data):
            break
        if kind == 1:
            link, _, snaplen = struct.unpack_from(order + "HHI", body)
            options = _options(body[8:], order)
            resolution = options.get(9, b"\x06")[0]
            base = 2 ** (resolution & 0x7F) if resolution & 0x80 else 10**resolution
            offset = struct.unpack(order + "q", options[14])[0] if 14 in options else 0
            interfaces.append(Interface(link, snaplen, options.get(2, b"").rstrip(b"\0")))
            units.append((base, offset))
        elif kind == 6:
            number, high, low, kept, original = struct.unpack_from(order + "IIIII", body)
            base, offset = units[section + number]
            time = (high << 32 | low) * NANO // base + offset * NANO
            frames.append(Frame(time, original, body[20 : 20 + kept], section + number))
        at += length
    return Capture(tuple(interfaces), tuple(frames))


def _options(data: bytes, order: str) -> dict[int, bytes]:
    options, at = {}, 0
    while at + 4 <= len(data):
        code, length = struct.unpack_from(order + "HH", data, at)
        if code == 0:
            break
        options[code] = data[at + 4 : at + 4 + length]
        at += 4 + (length + 3 & ~3)
    return options


def pcap(capture: Capture, order: str = "<", nanoseconds: bool = True) -> bytes:
    """Classic pcap, which has one link type for the whole file."""
    (link,) = {interface.link_type for interface in capture.interfaces}
    snaplen = max(interface.snaplen for interface in capture.interfaces)
    magic, unit = (0xA1B23C4D, 1) if nanoseconds else (0xA1B2C3D4, 1000)
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link)]
    for frame in capture.frames:
        seconds, rest = divmod(frame.time_ns, NANO)
        kept = len(frame.data)
        out.append(struct.pack(order + "IIII", seconds, rest // unit, kept, frame.original))
        out.append(frame.data)
    return b"".join(out)


def pcapng(capture: Capture, order: str = "<") -> bytes:
    """One section with nanosecond times."""

    def padded(data: bytes) -> bytes:
        return data + b"\0" * (-len(data) % 4)

    def option(code: int, value: bytes) -> bytes:
        return struct.pack(order + "HH", code, len(value)) + padded(value)

    def block(kind: int, body: bytes) -> bytes:
        length = struct.pack(order + "I", 12 + len(body))
        return struct.pack(order + "I", kind) + length + body + length

    out = [block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))]
    for interface in capture.interfaces:
        options = option(2, interface.name) if interface.name else b""
        options += option(9, b"\x09") + option(0, b"")
        head = struct.pack(order + "HHI", interface.link_type, 0, interface.snaplen)
        out.append(block(1, head + options))
    for frame in capture.frames:
        high, low = frame.time_ns >> 32, frame.time_ns & 0xFFFFFFFF
        kept = len(frame.data)
        head = struct.pack(order + "IIIII", frame.interface, high, low, kept, frame.original)
        out.append(block(6, head + padded(frame.data)))
    return b"".join(out)


def written(capture: Capture, order: str = "<") -> tuple[bytes, str]:
    """The file and its suffix: classic pcap, which knows no interfaces, where there is one only."""
    if len(capture.interfaces) == 1:
        return pcap(capture, order), ".pcap"
    return pcapng(capture, order), ".pcapng"
