"""What the peers in Python share: they say where they listen, and end with whoever started them."""

import os
import socket
import sys
import threading


def listen_on_loopback() -> socket.socket:
    server = socket.create_server(("127.0.0.1", 0), backlog=511)
    ready(server)
    return server


def bind_on_loopback() -> socket.socket:
    """For datagrams, with calls that wait: another thread waits for the end of standard input."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    threading.Thread(target=lambda: sys.stdin.read() or os._exit(0), daemon=True).start()
    ready(server)
    return server


def ready(server: socket.socket) -> None:
    print("ready", server.getsockname()[1], os.getpid(), flush=True)


def end_with_standard_input() -> None:
    """For a reader's callback: nobody writes there, so that it is readable at its end."""
    if not os.read(sys.stdin.fileno(), 1):
        os._exit(0)
