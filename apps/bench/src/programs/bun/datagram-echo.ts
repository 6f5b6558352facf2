/** Sends each datagram back. */
import { ready } from "../shared/server.ts";

const server = await Bun.udpSocket({
  hostname: "127.0.0.1",
  port: 0,
  socket: { data: (socket, bytes, port, address) => void socket.send(bytes, port, address) },
});
ready(server.port);
