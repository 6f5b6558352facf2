"""Sends back what comes: asyncio's protocols, which are faster than its streams."""

import asyncio
import socket
import sys

from peer import end_with_standard_input, listen_on_loopback


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)

    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, sock=listen_on_loopback())
    loop.add_reader(sys.stdin, end_with_standard_input)
    await server.serve_forever()


asyncio.run(main())
