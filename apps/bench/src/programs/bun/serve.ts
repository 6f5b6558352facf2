import type { Socket, SocketHandler } from "bun";
import { ready } from "../shared/server.ts";
import { drain, type Pending } from "./writer.ts";

/** Serves each connection that comes to a loopback port. */
export function serve<State>(
  open: () => State,
  data: (socket: Socket<Pending & State>, chunk: Uint8Array) => void,
  more: Partial<SocketHandler<Pending & State>> & { readonly allowHalfOpen?: boolean } = {},
): void {
  const { allowHalfOpen = false, ...handlers } = more;
  const server = Bun.listen<Pending & State>({
    hostname: "127.0.0.1",
    port: 0,
    allowHalfOpen,
    socket: {
      open(socket) {
        socket.setNoDelay(true);
        socket.data = { rest: [], ...open() };
      },
      data,
      drain,
      error: (_, error) => console.error(String(error)),
      ...handlers,
    },
  });
  ready(server.port);
}
