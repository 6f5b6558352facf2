"""The counterpart in Python: sets the same options, and plays the peer.

    peer.py list           sets each option, and prints what the kernel says before and after, as our program does
    peer.py serve          prints its port; says "!", and prints of each connection what comes, in how many segments, and
                           how it ends
    peer.py linger PORT    two connections, without and with a linger of 0 seconds, each closed at once
    peer.py nagle PORT     two connections, without and with TCP_NODELAY, each with ten bytes one by one
"""

import json
import socket
import struct
import sys

HOST = "127.0.0.1"
SOL_SOCKET, TCP = socket.SOL_SOCKET, socket.IPPROTO_TCP
RESET = struct.pack("ii", 1, 0)


def flag(name: str, value=True):
    level = TCP if name.startswith("TCP_") else SOL_SOCKET
    number = getattr(socket, name)
    return (
        name,
        lambda sock: sock.getsockopt(level, number) != 0,
        lambda sock: sock.setsockopt(level, number, value),
        value,
    )


def size(name: str, value: int):
    number = getattr(socket, name)
    return (
        name,
        lambda sock: sock.getsockopt(SOL_SOCKET, number),
        lambda sock: sock.setsockopt(SOL_SOCKET, number, value),
        value,
    )


def timeout(name: str, number: int, milliseconds: int):
    def get(sock: socket.socket) -> int:
        seconds, micros = struct.unpack("ll", sock.getsockopt(SOL_SOCKET, number, 16))
        return seconds * 1000 + micros // 1000

    timeval = struct.pack("ll", milliseconds // 1000, milliseconds % 1000 * 1000)
    return (name, get, lambda sock: sock.setsockopt(SOL_SOCKET, number, timeval), milliseconds)


def linger():
    def get(sock: socket.socket):
        on, seconds = struct.unpack("ii", sock.getsockopt(SOL_SOCKET, socket.SO_LINGER, 8))
        return {"seconds": seconds} if on else None

    return ("SO_LINGER", get, lambda sock: sock.setsockopt(SOL_SOCKET, socket.SO_LINGER, RESET), {"seconds": 0})


RECEIVE_TIMEOUT = timeout("SO_RCVTIMEO", socket.SO_RCVTIMEO, 3000)
SIZES = [size("SO_RCVBUF", 8192), size("SO_SNDBUF", 8192)]
STREAM = [flag("SO_KEEPALIVE"), linger(), flag("TCP_NODELAY"), *SIZES, RECEIVE_TIMEOUT]
STREAM.append(timeout("SO_SNDTIMEO", socket.SO_SNDTIMEO, 3000))
DATAGRAM = [*SIZES, flag("SO_BROADCAST"), RECEIVE_TIMEOUT]


def show(kind: str, trials, sock: socket.socket) -> None:
    def written(value) -> str:
        return "none" if value is None else json.dumps(value, separators=(",", ":"))

    for name, get, set_it, value in trials:
        before = get(sock)
        set_it(sock)
        print(kind, name, written(before), written(value), written(get(sock)))


def show_all() -> None:
    with socket.socket() as fresh:
        show("TCP", [flag("SO_REUSEADDR")], fresh)
    with socket.create_server((HOST, 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        show("TCP", STREAM, client)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        show("UDP", [flag("SO_REUSEADDR")], sock)
        sock.bind((HOST, 0))
        show("UDP", DATAGRAM, sock)


def segments(sock: socket.socket) -> int:
    """Those with data in them that came: tcpi_data_segs_in of tcp_info."""
    return struct.unpack_from("I", sock.getsockopt(TCP, socket.TCP_INFO, 160), 152)[0]


def fate(sock: socket.socket) -> str:
    total = 0
    try:
        sock.sendall(b"!")
        while data := sock.recv(4096):
            total += len(data)
        end = "the end of the stream"
    except ConnectionResetError:
        end = "ECONNRESET"
    return f"{total} bytes in {segments(sock)} segments, then {end}"


def serve() -> None:
    with socket.create_server((HOST, 0)) as listener:
        # Acknowledgements wait for an answer to go with, as between any two that talk, and from the first byte on.
        listener.setsockopt(TCP, socket.TCP_QUICKACK, 0)
        print("port", listener.getsockname()[1], flush=True)
        while True:
            with listener.accept()[0] as sock:
                print(fate(sock), flush=True)


def connect(port: int, level: int, number: int, values, count: int) -> None:
    for value in values:
        with socket.create_connection((HOST, port)) as sock:
            assert sock.recv(1) == b"!"
            sock.setsockopt(level, number, value)
            for _ in range(count):
                sock.sendall(b"\0")


if sys.argv[1] == "list":
    show_all()
elif sys.argv[1] == "serve":
    serve()
elif sys.argv[1] == "linger":
    connect(int(sys.argv[2]), SOL_SOCKET, socket.SO_LINGER, [struct.pack("ii", 0, 0), RESET], 0)
else:
    connect(int(sys.argv[2]), TCP, socket.TCP_NODELAY, [0, 1], 10)
