/** Sends every frame back: `in batches`, those that came together, or with `each send awaited`. */
import process from "node:process";
import { type Connection, WOULD_BLOCK } from "omnisock";
import { type FrameVisitor, framed, lengthPrefixed } from "omnisock/framing";
import { serve } from "./serve.ts";

/** Frames that came together are sent together, and no view is made of them. */
async function inBatches(connection: Connection): Promise<void> {
  const peer = framed(connection, lengthPrefixed());
  const echo: FrameVisitor = (bytes, start, end) => peer.trySend(bytes, start, end) !== WOULD_BLOCK;
  while ((await peer.visit(echo)) > 0) await peer.flush();
}

/** Waits for each frame to be sent, and for frames to come only when none is here. */
async function eachAwaited(connection: Connection): Promise<void> {
  const peer = framed(connection, lengthPrefixed());
  for (;;) {
    let frame = peer.tryReceive();
    if (frame === WOULD_BLOCK) frame = await peer.receive();
    if (frame === undefined) return;
    await peer.send(frame);
  }
}

await serve(process.argv[3] === "in batches" ? inBatches : eachAwaited);
