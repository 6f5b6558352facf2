/** Sends back what comes. */
import { ready } from "../shared/server.ts";
import { drain, type Pending, write } from "./writer.ts";

const server = Bun.listen<Pending>({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    open(socket) {
      socket.setNoDelay(true);
      socket.data = { rest: [] };
    },
    data: write,
    drain,
    error: (_, error) => console.error(String(error)),
  },
});
ready(server.port);
