"""The driver's protocol (protocol.md), spoken with Python's own sockets."""

import errno
import os
import select
import socket
import struct
import sys
import threading
import zlib

PERIOD = 65521
PERIODS = 16
CHUNK_BYTES = 65536
FULL_SECONDS = 0.25

listener = connection = datagrams = None


class Sum:
    """How many bytes, and their CRC-32."""

    def __init__(self):
        self.byte_length = 0
        self.crc = 0

    def add(self, data):
        self.crc = zlib.crc32(data, self.crc)
        self.byte_length += len(data)

    def __str__(self):
        return f"{self.byte_length} {self.crc:08x}"


class Pattern:
    """Bytes to send, and the sum of those that were taken."""

    def __init__(self, seed):
        state = int(seed)
        period = bytearray(PERIOD)
        for at in range(PERIOD):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            period[at] = state >> 24
        self.block = memoryview(bytes(period) * PERIODS)
        self.sent = Sum()

    def next(self, most):
        start = self.sent.byte_length % PERIOD
        return self.block[start : start + most]


def parse(text):
    """An address as family and what the socket module takes."""
    if text.startswith("unix:"):
        return socket.AF_UNIX, text[len("unix:") :]
    host, _, port = text.rpartition(":")
    if host.startswith("["):
        return socket.AF_INET6, (host[1:-1], int(port))
    return socket.AF_INET, (host, int(port))


def show(address):
    if isinstance(address, str):
        return f"unix:{address}"
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def listen(at):
    global listener
    family, address = parse(at)
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family != socket.AF_UNIX:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen()
    except OSError:
        made.close()
        raise
    listener = made
    return show(listener.getsockname())


def accept():
    global connection
    connection = listener.accept()[0]
    return ""


def connect(to):
    global connection
    family, address = parse(to)
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.connect(address)
    except OSError:
        made.close()
        raise
    connection = made
    return ""


def send(byte_length, seed, most=CHUNK_BYTES * 8):
    pattern = Pattern(seed)
    while pattern.sent.byte_length < int(byte_length):
        data = pattern.next(min(int(most), int(byte_length) - pattern.sent.byte_length))
        connection.sendall(data)
        pattern.sent.add(data)
    return str(pattern.sent)


def receive(byte_length, timeout=None):
    received = Sum()
    connection.settimeout(None if timeout is None else int(timeout) / 1000)
    try:
        while received.byte_length < float(byte_length):
            data = connection.recv(int(min(CHUNK_BYTES, float(byte_length) - received.byte_length)))
            if not data:
                break
            received.add(data)
    finally:
        connection.settimeout(None)
    return str(received)


def drain():
    return receive("inf")


def exchange(byte_length, seed):
    sent = []
    sending = threading.Thread(target=lambda: sent.append(send(byte_length, seed)))
    sending.start()
    received = receive(byte_length)
    sending.join()
    return f"{sent[0]} {received}"


def echo():
    received = Sum()
    while data := connection.recv(CHUNK_BYTES):
        received.add(data)
        connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)
    return str(received)


def fill(seed):
    pattern = Pattern(seed)
    while select.select([], [connection], [], FULL_SECONDS)[1]:
        data = pattern.next(CHUNK_BYTES)
        taken = connection.send(data, socket.MSG_DONTWAIT)
        pattern.sent.add(data[:taken])
    return str(pattern.sent)


def shutdown():
    connection.shutdown(socket.SHUT_WR)
    return ""


def reset():
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return close()


def close():
    connection.close()
    return ""


def unlisten():
    if listener.family == socket.AF_UNIX and listener.fileno() >= 0:
        os.unlink(listener.getsockname())
    listener.close()
    return ""


def bind(at):
    global datagrams
    family, address = parse(at)
    datagrams = socket.socket(family, socket.SOCK_DGRAM)
    datagrams.bind(address)
    return show(datagrams.getsockname())


def sendto(to, byte_length, seed):
    pattern = Pattern(seed)
    data = pattern.next(int(byte_length))
    datagrams.sendto(data, parse(to)[1])
    pattern.sent.add(data)
    return str(pattern.sent)


def receivefrom():
    received = Sum()
    data, source = datagrams.recvfrom(CHUNK_BYTES)
    received.add(data)
    return f"{received} {show(source)}"


def unbind():
    datagrams.close()
    return ""


def clear():
    if listener is not None:
        unlisten()
    for one in (connection, datagrams):
        if one is not None:
            one.close()
    return ""


COMMANDS = [
    accept, bind, clear, close, connect, drain, echo, exchange, fill, listen, receive, receivefrom, reset, send, sendto,
    shutdown, unbind, unlisten,
]  # fmt: skip


def obey(line):
    verb, *words = line.split() or [""]
    try:
        return f"ok {BY_NAME[verb](*words)}".rstrip()
    except KeyError:
        return f"error no such command: {verb}"
    except TimeoutError as error:
        # settimeout() has no errno of its own; connect(2) has ETIMEDOUT.
        return f"error {errno.errorcode.get(error.errno, 'EAGAIN')}"
    except OSError as error:
        return f"error {errno.errorcode.get(error.errno, error)}"
    except (AttributeError, TypeError, ValueError) as error:
        return f"error {error}"


BY_NAME = {command.__name__: command for command in COMMANDS}
for command_line in sys.stdin:
    print(obey(command_line), flush=True)
