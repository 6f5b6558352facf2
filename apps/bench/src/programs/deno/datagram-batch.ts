/** Sends datagrams for as long as it is asked to: 64 at once, and when all are gone the next. */
import { BATCH, batchOf, Counts, requestIn, SEND, sendFor } from "../shared/datagrams.ts";
import { bound } from "./datagrams.ts";

const counts = new Counts();
const batch = batchOf();
const server = bound();
for await (const [bytes, from] of server) {
  const kind = counts.take(bytes);
  if (kind === SEND) await send(bytes);
  else await server.send(counts.answer(kind), from);
}

async function send(request: Uint8Array): Promise<void> {
  const { milliseconds, port } = requestIn(request);
  const to: Deno.NetAddr = { transport: "udp", hostname: "127.0.0.1", port };
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  await sendFor(counts, milliseconds, async () => {
    await Promise.all(batch.map((bytes) => socket.send(bytes, to)));
    return BATCH;
  });
  socket.close();
}
