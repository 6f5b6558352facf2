/** Connections that do nothing after their first message: `window` of them, and the rest when a line comes on standard input. */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";
import { closeAll, connectTo, giveUp } from "./connections.ts";
import { messagesOf } from "./messages.ts";
import type { Settings } from "./settings.ts";

const OPENING = 64;

export async function loadIdle({ port, connections, window, size }: Settings): Promise<void> {
  const message = messagesOf(size);
  const sockets: Socket[] = [];
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const openTo = async (count: number): Promise<void> => {
    while (sockets.length < count) {
      const missing = Math.min(OPENING, count - sockets.length);
      const opened = await Promise.all(
        Array.from({ length: missing }, (_, i) => openOne(port, message(sockets.length + i, 0))),
      );
      sockets.push(...opened);
    }
    console.log(`open ${count}`);
    await lines.next();
  };
  await openTo(window);
  await openTo(connections);
  await closeAll(sockets);
  process.stdin.destroy();
}

/** Its first message is back when it resolves. */
async function openOne(port: number, message: Buffer): Promise<Socket> {
  const socket = await connectTo(port);
  socket.write(message);
  let received = 0;
  return new Promise((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      if (!chunk.equals(message.subarray(received, received + chunk.length)))
        giveUp("other bytes came back than were sent");
      received += chunk.length;
      if (received === message.length) resolve(socket);
    });
  });
}
