"""Sends datagrams for as long as it is asked to."""

import socket
import struct
import time

from peer import bind_on_loopback

REPORT, RESET, SEND = 1, 2, 3
BATCH = [bytes([0, number, *bytes(61), 255 - number]) for number in range(64)]


def send_for(seconds, port):
    """Returns how many were sent, and how long it took."""
    sent = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            for data in BATCH:
                sender.send(data)
            sent += len(BATCH)
        return sent, time.monotonic() - began


server = bind_on_loopback()
count = microseconds = 0
while True:
    data, address = server.recvfrom(2048)
    if data[0] == SEND:
        _, milliseconds, port = struct.unpack("!BIH", data)
        count, seconds = send_for(milliseconds / 1e3, port)
        microseconds = int(seconds * 1e6)
    else:
        if data[0] == RESET:
            count = microseconds = 0
        server.sendto(struct.pack("!BIII", data[0], count, 0, microseconds), address)
