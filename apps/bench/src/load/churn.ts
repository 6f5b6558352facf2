/** Connections that live for one message: connect, send, receive it back, see the server close. */
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { connectTo, giveUp } from "./connections.ts";
import { measure, report } from "./measure.ts";
import { messagesOf } from "./messages.ts";
import type { Settings } from "./settings.ts";

export async function loadChurn(settings: Settings): Promise<void> {
  const { port, connections, size } = settings;
  const message = messagesOf(size);
  let latencies: number[] = [];
  let isStarting = true;

  const visitor = async (index: number): Promise<void> => {
    for (let count = 1; isStarting; count++) {
      const began = performance.now();
      const socket = await connectTo(port);
      const chunks: Buffer[] = [];
      socket.on("data", (chunk: Buffer) => chunks.push(chunk)).write(message(index, count));
      await once(socket, "end");
      if (!Buffer.concat(chunks).equals(message(index, count))) giveUp("other bytes came back than were sent");
      // The server has closed: a reset leaves nobody in TIME_WAIT.
      socket.resetAndDestroy();
      latencies.push(performance.now() - began);
    }
  };
  const visitors = Array.from({ length: connections }, (_, index) => visitor(index));
  const measured = await measure(settings, () => {
    latencies = [];
  });
  const counted = latencies.slice();
  isStarting = false;
  await Promise.all(visitors);
  report(measured, counted.length, counted.length * size, counted);
}
