"""The other end in Python. Prints what arrives in hexadecimal.

    peer.py answer REPLY            receives on a port of the system's choice, which it prints
    peer.py answer REPLY @NAME      the same on an abstract Unix name
    peer.py ask PORT MESSAGE        sends to this machine
    peer.py ask @NAME MESSAGE
"""

import socket
import sys

HOST = "127.0.0.1"


def address(where: str):
    """A Unix name as Python writes it, or a port of this machine."""
    return "\0" + where[1:] if where.startswith("@") else (HOST, int(where))


def new_socket(where: str) -> socket.socket:
    family = socket.AF_UNIX if where.startswith("@") else socket.AF_INET
    return socket.socket(family, socket.SOCK_DGRAM)


def answer(reply: bytes, where: str = "0") -> None:
    with new_socket(where) as sock:
        sock.bind(address(where))
        print("port", where if where.startswith("@") else sock.getsockname()[1], flush=True)
        data, sender = sock.recvfrom(65536)
        print("got", data.hex())
        sock.sendto(reply, sender)


def ask(where: str, message: bytes) -> None:
    with new_socket(where) as sock:
        if sock.family == socket.AF_UNIX:
            sock.bind("")  # Linux chooses an abstract name: without one, nobody could answer.
        sock.sendto(message, address(where))
        data, sender = sock.recvfrom(65536)
        if sock.family == socket.AF_INET:
            assert sender == address(where), sender
        print("got", data.hex())


if sys.argv[1] == "answer":
    answer(sys.argv[2].encode(), *sys.argv[3:])
else:
    ask(sys.argv[2], sys.argv[3].encode())
