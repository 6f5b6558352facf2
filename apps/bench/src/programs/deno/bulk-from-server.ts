/** Sends from the first byte that comes until the client has ended its side. */
import { makeChunk } from "../shared/bulk.ts";
import { serve } from "./serve.ts";

const chunk = makeChunk();

await serve(async (connection) => {
  const byte = new Uint8Array(1);
  await connection.read(byte);
  let isOver = false;
  const ended = connection.read(byte).then(() => {
    isOver = true;
  });
  while (!isOver) {
    for (let at = 0; at < chunk.length; ) at += await connection.write(at === 0 ? chunk : chunk.subarray(at));
  }
  await ended;
});
