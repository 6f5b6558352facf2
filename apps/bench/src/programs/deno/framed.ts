/** Sends every frame back, each with a write of its own, or `gathered`: those that came together. */
import { gather, Splitter } from "../shared/frames.ts";
import { serve, writeAll } from "./serve.ts";

const BUFFER_BYTES = 65_536;
const isGathering = Deno.args[0] === "gathered";

await serve(async (connection) => {
  const splitter = new Splitter();
  const buffer = new Uint8Array(BUFFER_BYTES);
  const frames: Uint8Array[] = [];
  for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
    const chunk = buffer.subarray(0, count);
    if (isGathering) {
      await writeAll(connection, gather(splitter, chunk));
      continue;
    }
    splitter.push(chunk, (bytes, start, end) => frames.push(bytes.subarray(start, end)));
    for (const frame of frames) await writeAll(connection, frame);
    frames.length = 0;
  }
});
