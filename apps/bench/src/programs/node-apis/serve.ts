import { type AddressInfo, createServer, type ServerOpts, type Socket } from "node:net";
import { ready } from "../shared/server.ts";

/** Serves each connection that comes to a loopback port. */
export function serve(each: (socket: Socket) => void, options: ServerOpts = {}): void {
  const server = createServer({ noDelay: true, ...options }, (socket) => {
    socket.on("error", (error) => console.error(String(error)));
    each(socket);
  });
  server.listen(0, "127.0.0.1", () => ready((server.address() as AddressInfo).port));
}
