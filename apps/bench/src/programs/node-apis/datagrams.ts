import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { ready } from "../shared/server.ts";

/** A datagram socket on a loopback port, and what it does with each datagram. */
export function serve(take: (socket: Socket, bytes: Uint8Array, from: RemoteInfo) => void): void {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => take(socket, bytes, from));
  socket.bind(0, "127.0.0.1", () => ready(socket.address().port));
}
