"""Sends each datagram back."""

from peer import bind_on_loopback

server = bind_on_loopback()
while True:
    data, address = server.recvfrom(65536)
    server.sendto(data, address)
