/** Bytes in one direction over one connection, as fast as they go. */
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { makeChunk, Receipt } from "../programs/shared/bulk.ts";
import { connectTo, giveUp } from "./connections.ts";
import { measure, report } from "./measure.ts";
import type { Settings } from "./settings.ts";

const chunk = Buffer.from(makeChunk().buffer);

export async function loadBulkToServer(settings: Settings): Promise<void> {
  const socket = await connectTo(settings.port);
  const receipt = new Receipt();
  let [sent, before, isSending] = [0, 0, true];
  const send = async (): Promise<void> => {
    while (isSending) {
      receipt.take(chunk);
      sent += chunk.length;
      if (!socket.write(chunk)) await once(socket, "drain");
    }
  };
  const sending = send();
  const measured = await measure(settings, () => {
    before = sent;
  });
  const bytes = sent - before;
  isSending = false;
  await sending;
  const answers: Buffer[] = [];
  socket.on("data", (answer: Buffer) => answers.push(answer)).end();
  await once(socket, "end");
  if (!Buffer.concat(answers).equals(receipt.answer())) giveUp("the server got other bytes than were sent");
  report(measured, bytes, bytes);
}

/** The server begins when a byte comes, and stops when we have ended our side. */
export async function loadBulkFromServer(settings: Settings): Promise<void> {
  const socket = await connectTo(settings.port);
  let [received, before] = [0, 0];
  socket.on("data", (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; ) {
      const offset = received % chunk.length;
      const wanted = chunk.subarray(offset, offset + bytes.length - at);
      if (!wanted.equals(bytes.subarray(at, at + wanted.length))) giveUp("other bytes came than were to be sent");
      at += wanted.length;
      received += wanted.length;
    }
  });
  socket.write("!");
  const measured = await measure(settings, () => {
    before = received;
  });
  const bytes = received - before;
  const ended = once(socket, "end");
  socket.end();
  await ended;
  report(measured, bytes, bytes);
}
