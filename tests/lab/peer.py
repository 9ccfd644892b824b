#!/usr/bin/python3
"""A TCP end that does exactly what it is told, so that a recipe decides every write.

    peer.py listen PORT "ACTIONS" --ready FILE
    peer.py connect ADDRESS PORT "ACTIONS" --deadline SECONDS [--connections N] [--parallel N]

Actions, separated by blanks, in order, on every connection (Nagle's algorithm is off unless asked for):

    send:SIZE[*COUNT][@SECONDS]  COUNT writes of SIZE bytes each, SECONDS apart
    recv:SIZE                    read SIZE bytes
    get                          write an HTTP request
    request                      read an HTTP request
    reply:SIZE                   write an HTTP response of SIZE bytes, headers included, at once
    drain                        read until the other end closes
    pause:SECONDS                say and read nothing
    half-close                   send FIN, keep reading
    reset                        end with RST
    keepalive:SECONDS            keepalives after so much silence, and as far apart
    buffer:SIZE                  receive buffer
    nagle                        hold small segments back until all is acknowledged (RFC 896)

SIZE may be a range A-B: a new random size each time. The client exits with 0 when all actions of all
connections were done, with 28 when the deadline of one passed (as curl does), with 1 otherwise.
"""

import argparse
import concurrent.futures
import random
import re
import socket
import struct
import sys
import threading
import time

STUCK = 28


def size_of(text):
    low, _, high = text.partition("-")
    return random.randint(int(low), int(high or low))


class Connection:
    """A connected socket, every step of which ends when the deadline (monotonic seconds) passes."""

    def __init__(self, sock, deadline=None):
        self.sock, self.deadline = sock, deadline
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _timed(self):
        if self.deadline:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.sock.settimeout(left)
        return self.sock

    def recv(self, size):
        return self._timed().recv(size)

    def sendall(self, data):
        self._timed().sendall(data)


def receive(connection, size):
    while size > 0:
        data = connection.recv(min(size, 65536))
        if not data:
            raise ConnectionError("closed early")
        size -= len(data)


def read_request(connection):
    text = b""
    while b"\r\n\r\n" not in text:
        data = connection.recv(4096)
        if not data:
            raise ConnectionError("no request")
        text += data


def send(connection, argument):
    size, count, gap = re.fullmatch(r"([\d-]+)(?:\*(\d+))?(?:@([\d.]+))?", argument).groups()
    for _ in range(int(count or 1)):
        connection.sendall(b"d" * size_of(size))
        if gap:
            time.sleep(float(gap))


def reply(connection, size):
    # Ten digits, leading zeros allowed: the header has one length whatever the size.
    header = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %010d\r\n\r\n"
    body = size - len(header % 0)
    connection.sendall((header % body).encode() + b"b" * body)


def set_option(sock, verb, argument):
    if verb == "reset":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif verb == "keepalive":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, int(argument))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, int(argument))
    elif verb == "buffer":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, int(argument))
    elif verb == "nagle":
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
    else:
        raise ValueError("unknown action " + verb)


def perform(connection, action):
    verb, _, argument = action.partition(":")
    if verb == "send":
        send(connection, argument)
    elif verb == "recv":
        receive(connection, size_of(argument))
    elif verb == "get":
        connection.sendall(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
    elif verb == "request":
        read_request(connection)
    elif verb == "reply":
        reply(connection, size_of(argument))
    elif verb == "drain":
        while connection.recv(65536):
            pass
    elif verb == "pause":
        time.sleep(float(argument))
    elif verb == "half-close":
        connection.sock.shutdown(socket.SHUT_WR)
    else:
        set_option(connection.sock, verb, argument)


def converse(sock, actions, deadline=None):
    """Performs the actions; raises TimeoutError when the deadline passes."""
    connection = Connection(sock, deadline)
    with sock:
        for action in actions:
            perform(connection, action)


def serve_one(sock, actions):
    try:
        converse(sock, actions)
    except OSError:
        pass  # The client gave up: part of the scenario.


def listen(options):
    server = socket.create_server(("::", options.port), family=socket.AF_INET6, dualstack_ipv6=True,
                                  backlog=256)
    open(options.ready, "w").close()
    while True:
        sock, _ = server.accept()
        threading.Thread(target=serve_one, args=(sock, options.actions.split()), daemon=True).start()


def connect_one(options):
    deadline = time.monotonic() + options.deadline
    try:
        family = socket.AF_INET6 if ":" in options.address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        actions = options.actions.split()
        if actions[0].startswith("buffer:"):  # Must be known when the window scale is agreed.
            set_option(sock, *actions.pop(0).split(":"))
        sock.settimeout(options.deadline)
        sock.connect((options.address, options.port))
        converse(sock, actions, deadline)
        return 0
    except TimeoutError:
        return STUCK
    except OSError as error:
        print("peer.py:", error, file=sys.stderr)
        return 1


def connect(options):
    with concurrent.futures.ThreadPoolExecutor(options.parallel) as pool:
        results = list(pool.map(lambda _: connect_one(options), range(options.connections)))
    return 1 if 1 in results else max(results)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("listen")
    server.add_argument("port", type=int)
    server.add_argument("actions")
    server.add_argument("--ready", required=True)
    client = commands.add_parser("connect")
    client.add_argument("address")
    client.add_argument("port", type=int)
    client.add_argument("actions")
    client.add_argument("--deadline", type=float, required=True)
    client.add_argument("--connections", type=int, default=1)
    client.add_argument("--parallel", type=int, default=1)
    options = parser.parse_args()
    return listen(options) if options.command == "listen" else connect(options)


if __name__ == "__main__":
    sys.exit(main())
