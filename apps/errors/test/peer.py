"""The counterpart in Python: provokes the same errors, and prints what the kernel says; or is the silent peer.

    peer.py serve                   prints its port, says nothing, and prints how each connection ends
    peer.py provoke NAME [PORT]     the experiment of that name, with the peer at PORT where it has one
"""

import errno
import socket
import struct
import sys

HOST = "127.0.0.1"
NOBODY = ("203.0.113.1", 9)
NO_WAY = ("224.0.0.1", 80)


def listening(at) -> socket.socket:
    sock = socket.socket()
    # As every runtime does.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(at)
    sock.listen(5)
    return sock


def timed_out() -> None:
    with socket.socket() as sock:
        # In milliseconds: how long what was sent, here the SYN, may go without an answer.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 100)
        sock.connect(NOBODY)


def silent(peer) -> None:
    with socket.create_connection(peer) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 100_000))
        sock.recv(1024)


def provoke(name: str, port: int) -> None:
    peer = (HOST, port)
    if name == "refused":
        socket.create_connection(peer)
    elif name == "timed-out":
        timed_out()
    elif name == "silent":
        silent(peer)
    elif name == "in-use":
        listening(peer)
    elif name == "permission":
        listening((HOST, 1))
    elif name == "unreachable":
        socket.create_connection(NO_WAY)
    elif name == "not-here":
        listening(NOBODY)
    elif name == "no-name":
        socket.create_connection(("nobody.invalid", 80))
    else:
        sys.exit(f"no such experiment: {name}")


def fate(sock: socket.socket) -> str:
    total = 0
    try:
        while data := sock.recv(4096):
            total += len(data)
        return f"{total} bytes, then the end of the stream"
    except OSError as error:
        return f"{total} bytes, then {errno.errorcode[error.errno]}"


if sys.argv[1] == "serve":
    with listening((HOST, 0)) as listener:
        print("port", listener.getsockname()[1], flush=True)
        while True:
            with listener.accept()[0] as sock:
                print(fate(sock), flush=True)
else:
    try:
        provoke(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
        print("no error")
    except socket.gaierror as error:
        # The C library's numbers are its own: those that are no errno values have names alone in common.
        names = {socket.EAI_NONAME: "ENOTFOUND", socket.EAI_AGAIN: "EAI_AGAIN"}
        print("code", names.get(error.errno, error.strerror))
    except OSError as error:
        print(f"code {errno.errorcode[error.errno]}, errno {error.errno}")
