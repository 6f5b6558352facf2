"""Counts the datagrams that come."""

import struct

from peer import bind_on_loopback

DATA, REPORT, RESET = range(3)
SIZE = 64

server = bind_on_loopback()
count = wrong = 0
while True:
    data, address = server.recvfrom(2048)
    if data[0] == DATA:
        count += 1
        if len(data) != SIZE or data[1] + data[-1] != 255:
            wrong += 1
    else:
        if data[0] == RESET:
            count = wrong = 0
        server.sendto(struct.pack("!BIII", data[0], count, wrong, 0), address)
