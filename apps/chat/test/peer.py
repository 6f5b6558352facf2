"""The other end in Python: exercise 4 of the network-sockets text, and somebody who joins.

    peer.py serve       a chat server in one select loop, on a port that it prints; prints each line it receives
    peer.py join PORT   sends what it is given on its standard input, and prints each line it receives

What is received is printed in hexadecimal, with the end of its line; "end" is the end of the stream.
"""

import os
import select
import socket
import sys

HOST = "127.0.0.1"


def lines_of(held: bytearray, data: bytes):
    """The whole lines in what was held and what has come; the rest stays held."""
    held += data
    while (end := held.find(b"\n")) >= 0:
        line = bytes(held[: end + 1])
        del held[: end + 1]
        print("got", line.hex(), flush=True)
        yield line.decode().rstrip("\r\n")


class Room:
    def __init__(self) -> None:
        self.held: dict[socket.socket, bytearray] = {}
        self.names: dict[socket.socket, str] = {}

    def tell(self, guest: socket.socket, line: str) -> None:
        guest.sendall(line.encode() + b"\n")

    def tell_others(self, guest: socket.socket, line: str) -> None:
        for other in self.names:
            if other is not guest:
                self.tell(other, line)

    def here(self) -> str:
        return "Here: " + ", ".join(self.names.values())

    def enter(self, guest: socket.socket) -> None:
        self.held[guest] = bytearray()
        self.tell(guest, "* What is your name?")

    def leave(self, guest: socket.socket) -> None:
        name = self.names.pop(guest, None)
        if name is not None:
            self.tell_others(guest, f"* {name} left")
        self.tell(guest, "* Goodbye.")
        del self.held[guest]
        guest.close()

    def hear(self, guest: socket.socket, line: str) -> None:
        if guest not in self.names:
            self.names[guest] = line
            self.tell(guest, f"* Welcome, {line}. {self.here()}.")
            self.tell_others(guest, f"* {line} joined")
        elif line == "/who":
            self.tell(guest, f"* {self.here()}")
        elif line == "/quit":
            self.leave(guest)
        else:
            self.tell_others(guest, f"<{self.names[guest]}> {line}")


def serve() -> None:
    listener = socket.create_server((HOST, 0))
    print("port", listener.getsockname()[1], flush=True)
    room = Room()
    while True:
        readable, _, _ = select.select([listener, *room.held], [], [])
        for sock in readable:
            if sock is listener:
                room.enter(listener.accept()[0])
            elif sock in room.held:
                data = sock.recv(4096)
                if not data:
                    room.leave(sock)
                for line in lines_of(room.held.get(sock, bytearray()), data):
                    room.hear(sock, line)


def join(port: int) -> None:
    with socket.create_connection((HOST, port)) as sock:
        held = bytearray()
        watched = [sock, sys.stdin]
        while True:
            readable, _, _ = select.select(watched, [], [])
            if sys.stdin in readable:
                typed = os.read(sys.stdin.fileno(), 4096)
                if typed:
                    sock.sendall(typed)
                else:
                    watched.remove(sys.stdin)
                    sock.shutdown(socket.SHUT_WR)
            if sock in readable:
                data = sock.recv(4096)
                if not data:
                    break
                for _ in lines_of(held, data):
                    pass
        print("end", flush=True)


if sys.argv[1] == "serve":
    serve()
else:
    join(int(sys.argv[2]))
