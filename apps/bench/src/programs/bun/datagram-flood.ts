/** Counts the datagrams that come. */
import { Counts, DATA } from "../shared/datagrams.ts";
import { ready } from "../shared/server.ts";

const counts = new Counts();
const server = await Bun.udpSocket({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    data(socket, bytes, port, address) {
      const kind = counts.take(bytes);
      if (kind !== DATA) socket.send(counts.answer(kind), port, address);
    },
  },
});
ready(server.port);
