import { once } from "node:events";
import type { Transform } from "node:stream";

/** Writes `chunks` to a decoder that is a Node stream, and counts what comes out of it. */
export async function countOut(decoder: Transform, chunks: Iterable<Uint8Array>): Promise<number> {
  let frames = 0;
  decoder.on("data", (frame: { readonly length: number }) => frame.length > 0 && frames++);
  const ended = once(decoder, "end");
  for (const chunk of chunks) {
    if (!decoder.write(chunk)) await once(decoder, "drain");
  }
  decoder.end();
  await ended;
  return frames;
}
