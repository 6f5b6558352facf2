"""Bytes in one direction: `to-server` receives to the end and says what it got, `from-server` sends until the client ends."""

import os
import socket
import struct
import sys
import threading

from peer import listen_on_loopback

CHUNK_BYTES = 65536
SAMPLE_EVERY = 1009
CHUNK = bytes((i * 7 + (i >> 8)) & 255 for i in range(CHUNK_BYTES))


def receive_to_end(connection):
    buffer = bytearray(CHUNK_BYTES)
    count = at = total = 0
    while length := connection.recv_into(buffer):
        end = count + length
        while at < end:
            total = (total * 31 + buffer[at - count]) & 0xFFFFFFFF
            at += SAMPLE_EVERY
        count = end
    connection.sendall(struct.pack("!QI", count, total))


def send_until_end(connection):
    connection.recv(1)
    while True:
        connection.sendall(CHUNK)
        try:
            connection.recv(1, socket.MSG_DONTWAIT)
            return
        except BlockingIOError:
            pass


serve = send_until_end if sys.argv[1] == "from-server" else receive_to_end
server = listen_on_loopback()
threading.Thread(target=lambda: sys.stdin.read() or os._exit(0), daemon=True).start()
while True:
    with server.accept()[0] as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        serve(connection)
