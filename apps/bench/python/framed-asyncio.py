"""Sends every frame back: those that came together in one write."""

import asyncio
import socket
import sys

from peer import end_with_standard_input, listen_on_loopback

HEADER_BYTES = 4


class Frames(asyncio.Protocol):
    def connection_made(self, transport):
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.transport = transport
        self.rest = b""

    def data_received(self, data):
        data = self.rest + data
        frames = []
        at = 0
        while len(data) - at >= HEADER_BYTES:
            end = at + HEADER_BYTES + int.from_bytes(data[at : at + HEADER_BYTES], "big")
            if end > len(data):
                break
            payload = data[at + HEADER_BYTES : end]
            frames.append(len(payload).to_bytes(HEADER_BYTES, "big"))
            frames.append(payload)
            at = end
        self.rest = data[at:]
        self.transport.write(b"".join(frames))


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Frames, sock=listen_on_loopback())
    loop.add_reader(sys.stdin, end_with_standard_input)
    await server.serve_forever()


asyncio.run(main())
