"""The other end in Python: a WebSocket peer that does what it is told (RFC 6455). Prints what arrives in hexadecimal.

    peer.py connect PORT STEP...     connects to this machine, with the handshake of the network-sockets text
    peer.py listen STEP...           prints its port, takes one connection, and answers its handshake

    text=TEXT   sends a message      part=TEXT   sends a fragment      last=TEXT   sends the last fragment
    bytes=HEX   sends binary data    ping=TEXT   sends a ping          close=CODE  sends a close frame
    times=N,T   sends N times the letter T as one message
    get         receives one frame: prints its first byte, and its payload
    count       receives one frame: prints its first byte, and its payload's length
    rest        receives until the peer has ended: prints the bytes
"""

import base64
import hashlib
import socket
import struct
import sys

HOST = "127.0.0.1"
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
MASK = bytes.fromhex("37fa213d")
TEXT, BINARY, CLOSE, PING, FINAL = 1, 2, 8, 9, 0x80


def get(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = sock.recv(count - len(data))
        if not chunk:
            sys.exit(f"the peer ended after {len(data)} of {count} bytes")
        data += chunk
    return data


def get_head(sock: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += get(sock, 1)
    print("head", head.hex(), flush=True)
    return head


def accept_of(key: str) -> str:
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()


def masked(data: bytes) -> bytes:
    return bytes(byte ^ MASK[at % 4] for at, byte in enumerate(data))


class Peer:
    def __init__(self, sock: socket.socket, is_client: bool) -> None:
        self.sock = sock
        self.is_client = is_client
        self.has_begun = False

    def shake_hands(self) -> None:
        if self.is_client:
            self.sock.sendall(
                b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            assert f"Sec-WebSocket-Accept: {accept_of(KEY)}\r\n".encode() in get_head(self.sock)
        else:
            head = get_head(self.sock).decode()
            (key,) = [line[19:] for line in head.split("\r\n") if line.startswith("Sec-WebSocket-Key: ")]
            self.sock.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + f"Sec-WebSocket-Accept: {accept_of(key)}\r\n\r\n".encode()
            )

    def send(self, first: int, payload: bytes) -> None:
        mask = 0x80 if self.is_client else 0
        if len(payload) < 126:
            head = struct.pack("!BB", first, mask | len(payload))
        elif len(payload) < 65536:
            head = struct.pack("!BBH", first, mask | 126, len(payload))
        else:
            head = struct.pack("!BBQ", first, mask | 127, len(payload))
        self.sock.sendall(head + MASK + masked(payload) if self.is_client else head + payload)

    def receive(self) -> tuple[int, bytes]:
        first, second = get(self.sock, 2)
        # A client masks, a server does not.
        assert second >> 7 == (0 if self.is_client else 1)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", get(self.sock, 2))
        elif length == 127:
            (length,) = struct.unpack("!Q", get(self.sock, 8))
        mask = b"" if self.is_client else get(self.sock, 4)
        payload = get(self.sock, length)
        return first, bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload)) if mask else payload

    def do(self, step: str) -> None:
        verb, _, value = step.partition("=")
        if verb == "text":
            self.send(FINAL | TEXT, value.encode())
        elif verb == "times":
            count, _, letter = value.partition(",")
            self.send(FINAL | TEXT, letter.encode() * int(count))
        elif verb == "bytes":
            self.send(FINAL | BINARY, bytes.fromhex(value))
        elif verb in ("part", "last"):
            opcode = 0 if self.has_begun else TEXT
            self.has_begun = verb == "part"
            self.send(opcode if verb == "part" else FINAL | opcode, value.encode())
        elif verb == "ping":
            self.send(FINAL | PING, value.encode())
        elif verb == "close":
            self.send(FINAL | CLOSE, struct.pack("!H", int(value)))
        elif verb == "get":
            first, payload = self.receive()
            print(f"got {first:02x} {payload.hex()}", flush=True)
        elif verb == "count":
            first, payload = self.receive()
            print(f"got {first:02x} {len(payload)} bytes", flush=True)
        elif verb == "rest":
            data = b""
            while chunk := self.sock.recv(4096):
                data += chunk
            print("rest", data.hex(), flush=True)
        else:
            sys.exit(f"no such step: {step}")


def converse(sock: socket.socket, is_client: bool, steps: list[str]) -> None:
    with sock:
        peer = Peer(sock, is_client)
        peer.shake_hands()
        for step in steps:
            peer.do(step)


if sys.argv[1] == "connect":
    converse(socket.create_connection((HOST, int(sys.argv[2]))), True, sys.argv[3:])
else:
    with socket.create_server((HOST, 0)) as listener:
        print("port", listener.getsockname()[1], flush=True)
        converse(listener.accept()[0], False, sys.argv[2:])
