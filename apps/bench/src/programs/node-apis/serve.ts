import { type AddressInfo, createServer, type Socket } from "node:net";
import { ready } from "../shared/server.ts";

/** Serves each connection that comes to a loopback port. */
export function serve(each: (socket: Socket) => void): void {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", (error) => console.error(String(error)));
    each(socket);
  });
  server.listen(0, "127.0.0.1", () => ready((server.address() as AddressInfo).port));
}
