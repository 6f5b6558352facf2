"""The other end in Python: `peer.py answer REPLY`, or `peer.py ask PORT MESSAGE`. Prints what arrives in hexadecimal."""

import socket
import sys

HOST = "127.0.0.1"


def answer(reply: bytes) -> None:
    """Receives one datagram on a port of the system's choice, which it prints, and replies."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HOST, 0))
        print("port", sock.getsockname()[1])
        data, sender = sock.recvfrom(65536)
        print("got", data.hex())
        sock.sendto(reply, sender)


def ask(port: int, message: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(message, (HOST, port))
        data, sender = sock.recvfrom(65536)
        assert sender == (HOST, port), sender
        print("got", data.hex())


if sys.argv[1] == "answer":
    answer(sys.argv[2].encode())
else:
    ask(int(sys.argv[2]), sys.argv[3].encode())
