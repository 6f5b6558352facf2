"""Sends back what comes: plain sockets and a selector. A connection that cannot take it is read no more until it can."""

import selectors
import socket
import sys

from peer import end_with_standard_input, listen_on_loopback

BUFFER_BYTES = 65536

selector = selectors.DefaultSelector()


def accept(server):
    connection, _ = server.accept()
    connection.setblocking(False)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    selector.register(connection, selectors.EVENT_READ, echo)


def echo(connection):
    data = connection.recv(BUFFER_BYTES)
    if data:
        send(connection, data)
    else:
        selector.unregister(connection)
        connection.close()


def send(connection, data):
    try:
        rest = data[connection.send(data) :]
    except BlockingIOError:
        rest = data
    if rest:
        selector.modify(connection, selectors.EVENT_WRITE, lambda connection: send(connection, rest))
    elif selector.get_key(connection).events != selectors.EVENT_READ:
        selector.modify(connection, selectors.EVENT_READ, echo)


selector.register(listen_on_loopback(), selectors.EVENT_READ, accept)
selector.register(sys.stdin, selectors.EVENT_READ, lambda _: end_with_standard_input())
while True:
    for key, _ in selector.select():
        key.data(key.fileobj)
