/** Sends datagrams for as long as it is asked to, one by one or with `sendMany`. A full socket drops what it is given, and says so. */
import { BATCH, batchOf, Counts, requestIn, SEND, sendFor } from "../shared/datagrams.ts";
import { ready } from "../shared/server.ts";

const counts = new Counts();
const batch = batchOf();
const isMany = process.argv[2] === "sendMany";
const server = await Bun.udpSocket({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    data(socket, bytes, port, address) {
      const kind = counts.take(bytes);
      if (kind === SEND) void send(bytes);
      else socket.send(counts.answer(kind), port, address);
    },
  },
});
ready(server.port);

async function send(request: Uint8Array): Promise<void> {
  const { milliseconds, port } = requestIn(request);
  const socket = await Bun.udpSocket({ hostname: "127.0.0.1", connect: { hostname: "127.0.0.1", port } });
  const oneByOne = (): number => {
    let sent = 0;
    for (let i = 0; i < BATCH; i++) if (socket.send(batch[i] as Uint8Array)) sent++;
    return sent;
  };
  await sendFor(counts, milliseconds, isMany ? () => socket.sendMany(batch) : oneByOne);
  socket.close();
}
