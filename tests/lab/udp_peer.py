#!/usr/bin/python3
"""UDP ends for the lab: datagrams of given sizes, each answered with a small one.

    udp_peer.py listen PORT --ready FILE
    udp_peer.py send ADDRESS PORT SIZES [--gap SECONDS] [--growth FACTOR] [--wait SECONDS] [--keep-df]

SIZES: payload bytes, "SIZE*COUNT ..." separated by blanks. Datagrams are sent without DF unless told otherwise,
so that routers may fragment them. The gap between two grows by the factor, as timers that back off do. Prints how many were sent and how many were answered ("12 5"), and exits with 0
when all were, with 28 when none was, and with 1 otherwise.
"""

import argparse
import socket
import sys
import time

IP_MTU_DISCOVER, IP_PMTUDISC_DONT = 10, 0
STUCK = 28


def open_socket(address, keep_df=True):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET and not keep_df:
        sock.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT)
    return sock


def listen(options):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.bind(("::", options.port))
    open(options.ready, "w").close()
    while True:
        data, peer = sock.recvfrom(65536)
        sock.sendto(data[:20], peer)


def sizes_of(text):
    for word in text.split():
        size, _, count = word.partition("*")
        yield from [int(size)] * int(count or 1)


def collect(sock, until):
    """How many answers come before `until` (monotonic seconds)."""
    count = 0
    while (left := until - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            sock.recv(65536)
            count += 1
        except TimeoutError:
            break
        except OSError:
            pass  # an ICMP error: part of the scenario
    return count


def send(options):
    sock = open_socket(options.address, options.keep_df)
    sock.connect((options.address, options.port))
    sent = answered = 0
    gap = options.gap
    for size in sizes_of(options.sizes):
        try:
            sock.send(b"d" * size)
        except OSError:
            pass
        sent += 1
        answered += collect(sock, time.monotonic() + gap)
        gap *= options.growth
    answered += collect(sock, time.monotonic() + options.wait) if answered < sent else 0
    print(sent, answered)
    return 0 if answered == sent else STUCK if answered == 0 else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("listen")
    server.add_argument("port", type=int)
    server.add_argument("--ready", required=True)
    client = commands.add_parser("send")
    client.add_argument("address")
    client.add_argument("port", type=int)
    client.add_argument("sizes")
    client.add_argument("--gap", type=float, default=0.25)
    client.add_argument("--growth", type=float, default=1)
    client.add_argument("--wait", type=float, default=1)
    client.add_argument("--keep-df", action="store_true")
    options = parser.parse_args()
    return listen(options) if options.command == "listen" else send(options)


if __name__ == "__main__":
    sys.exit(main())
