#!/usr/bin/python3
"""DNS ends for the lab, over UDP (RFC 1035, RFC 6891), as small as a scenario needs.

    dns_peer.py serve --ready FILE
    dns_peer.py ask ADDRESS NAMES [--timeout SECONDS] [--tries N] [--room BYTES]

The first label of a name says what its answer is like: s1300 has 1300 bytes of UDP payload (truncated when the query
leaves less room), slow2 comes after 2 s; others are small. The client asks the names (separated by blanks) one after
the other, each query again with the same identification, as resolvers do. It exits with 0 when all were answered,
with 28 when none was, and with 1 otherwise.
"""

import argparse
import random
import socket
import struct
import sys
import threading
import time

PORT, TXT, INTERNET, OPT = 53, 16, 1, 41
STUCK = 28


def question(name):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return labels + b"\0" + struct.pack(">HH", TXT, INTERNET)


def query(ident, name, room):
    header = struct.pack(">HHHHHH", ident, 0x0100, 1, 0, 0, 1 if room else 0)
    edns = b"\0" + struct.pack(">HHIH", OPT, room, 0, 0) if room else b""
    return header + question(name) + edns


def text_records(size):
    """TXT records of `size` bytes in all, as far as 14 bytes at least allow."""
    records = b""
    while size - len(records) >= 14:
        rest = size - len(records) - 13
        length = min(rest, 255) if rest <= 255 or rest - 255 >= 14 else rest - 14
        records += struct.pack(">HHHIH", 0xC00C, TXT, INTERNET, 60, length + 1) + bytes([length]) + b"t" * length
    return records


def answer(message):
    """(seconds to wait, answer) to a query of this program."""
    end = message.index(b"\0", 12) + 5
    asked, rest = message[12:end], message[end:]
    room = struct.unpack(">H", rest[3:5])[0] if rest else 512
    label = asked[1:1 + asked[0]].decode()
    size = int(label[1:]) if label[0] == "s" and label[1:].isdigit() else 60
    wait = float(label[4:]) if label.startswith("slow") else 0
    records, flags = text_records(size - 12 - len(asked)), 0x8180
    if 12 + len(asked) + len(records) > room:
        records, flags = b"", flags | 0x0200
    count = records.count(b"\xc0\x0c\0\x10")
    return wait, message[:2] + struct.pack(">HHHHH", flags, 1, count, 0, 0) + asked + records


def serve(options):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.bind(("::", PORT))
    open(options.ready, "w").close()
    while True:
        message, peer = sock.recvfrom(4096)
        wait, reply = answer(message)
        threading.Timer(wait, sock.sendto, (reply, peer)).start()


def ask_one(options, name):
    """Whether the name was answered."""
    family = socket.AF_INET6 if ":" in options.address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.connect((options.address, PORT))
    ident = random.randrange(65536)
    message = query(ident, name, options.room)
    for _ in range(options.tries):
        end = time.monotonic() + options.timeout
        try:
            sock.send(message)
            while (left := end - time.monotonic()) > 0:
                sock.settimeout(left)
                if sock.recv(65536)[:2] == message[:2]:
                    return True
        except TimeoutError:
            pass
        except OSError:
            time.sleep(max(0, end - time.monotonic()))  # an ICMP error: part of the scenario
    return False


def ask(options):
    results = [ask_one(options, name) for name in options.names.split()]
    print(len(results), sum(results))
    return 0 if all(results) else 1 if any(results) else STUCK


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("serve")
    server.add_argument("--ready", required=True)
    client = commands.add_parser("ask")
    client.add_argument("address")
    client.add_argument("names")
    client.add_argument("--timeout", type=float, default=1.5)
    client.add_argument("--tries", type=int, default=3)
    client.add_argument("--room", type=int, default=0)
    options = parser.parse_args()
    return serve(options) if options.command == "serve" else ask(options)


if __name__ == "__main__":
    sys.exit(main())
