import type { Socket } from "bun";
import { ready } from "../shared/server.ts";
import { drain, type Pending } from "./writer.ts";

/** Serves each connection that comes to a loopback port. */
export function serve<State>(
  open: (socket: Socket<Pending & State>) => State,
  data: (socket: Socket<Pending & State>, chunk: Uint8Array) => void,
): void {
  const server = Bun.listen<Pending & State>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.setNoDelay(true);
        socket.data = { rest: [], ...open(socket) };
      },
      data,
      drain,
      error: (_, error) => console.error(String(error)),
    },
  });
  ready(server.port);
}
