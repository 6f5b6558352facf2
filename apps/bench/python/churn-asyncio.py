"""Sends one message back, and closes."""

import asyncio
import socket
import sys

from peer import end_with_standard_input, listen_on_loopback

VISIT_BYTES = 64


class Visit(asyncio.Protocol):
    def connection_made(self, transport):
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.transport = transport
        self.received = 0

    def data_received(self, data):
        self.received += len(data)
        self.transport.write(data)
        if self.received == VISIT_BYTES:
            self.transport.close()


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Visit, sock=listen_on_loopback())
    loop.add_reader(sys.stdin, end_with_standard_input)
    await server.serve_forever()


asyncio.run(main())
