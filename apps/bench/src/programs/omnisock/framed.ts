/** Sends every frame back: `in batches`, those that came together, or with `each send awaited`. */
import process from "node:process";
import type { Connection } from "omnisock";
import { Decoder, framed, lengthPrefixed } from "omnisock/framing";
import { serve } from "./serve.ts";

const BUFFER_BYTES = 65_536;

async function inBatches(connection: Connection): Promise<void> {
  const decoder = new Decoder(lengthPrefixed());
  const peer = framed(connection, lengthPrefixed());
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (let count = await connection.receive(buffer); count > 0; count = await connection.receive(buffer)) {
    await peer.sendAll(decoder.push(buffer.subarray(0, count)));
  }
}

/** Waits for each frame to be sent, and for frames to come only when none is here. */
async function eachAwaited(connection: Connection): Promise<void> {
  const peer = framed(connection, lengthPrefixed());
  for (;;) {
    const frame = peer.tryReceive() ?? (await peer.receive());
    if (frame === undefined) return;
    await peer.send(frame);
  }
}

await serve(process.argv[3] === "in batches" ? inBatches : eachAwaited);
