/** Sends datagrams for as long as it is asked to: 64 at once, and when all are gone the next. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { batchOf, Counts, requestIn, SEND, sendFor } from "../shared/datagrams.ts";
import { serve } from "./datagrams.ts";

const counts = new Counts();
const batch = batchOf();
serve((socket, bytes, { address, port }) => {
  const kind = counts.take(bytes);
  if (kind === SEND) void send(bytes);
  else socket.send(counts.answer(kind), port, address);
});

async function send(request: Uint8Array): Promise<void> {
  const { milliseconds, port } = requestIn(request);
  const socket = createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  await sendFor(counts, milliseconds, () => sendBatch(socket));
  socket.close();
}

function sendBatch(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let left = batch.length;
    for (const bytes of batch) {
      socket.send(bytes, (error) => {
        if (error) reject(error);
        else if (--left === 0) resolve(batch.length);
      });
    }
  });
}
