"""A TCP peer in Python that does what it is told, and prints what it receives in hexadecimal.

    tcp-peer.py connect PORT STEP...     connects to this machine
    tcp-peer.py listen STEP...           prints its port, and takes one connection

    send=TEXT   sends the text
    get=COUNT   receives so many bytes
    rest        receives until the peer has ended
    end         ends its own sending side
    next        closes, and takes or makes the next connection
"""

import socket
import sys

HOST = "127.0.0.1"


def get(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = sock.recv(count - len(data))
        if not chunk:
            break
        data += chunk
    return data


def rest(sock: socket.socket) -> bytes:
    data = b""
    while chunk := sock.recv(4096):
        data += chunk
    return data


def converse(new_socket, steps: list[str]) -> None:
    sock = new_socket()
    for step in steps:
        verb, _, value = step.partition("=")
        if verb == "send":
            sock.sendall(value.encode())
        elif verb == "get":
            print("got", get(sock, int(value)).hex(), flush=True)
        elif verb == "rest":
            print("got", rest(sock).hex(), flush=True)
        elif verb == "end":
            sock.shutdown(socket.SHUT_WR)
        elif verb == "next":
            sock.close()
            sock = new_socket()
        else:
            sys.exit(f"no such step: {step}")
    sock.close()


if sys.argv[1] == "connect":
    converse(lambda: socket.create_connection((HOST, int(sys.argv[2]))), sys.argv[3:])
else:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind((HOST, 0))
        listener.listen(5)
        print("port", listener.getsockname()[1], flush=True)
        converse(lambda: listener.accept()[0], sys.argv[2:])
