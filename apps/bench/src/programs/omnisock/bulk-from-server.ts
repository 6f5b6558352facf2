/** Sends from the first byte that comes until the client has ended its side. */
import { makeChunk } from "../shared/bulk.ts";
import { serve } from "./serve.ts";

const chunk = makeChunk();

await serve(async (connection) => {
  const byte = new Uint8Array(1);
  await connection.receive(byte);
  let isOver = false;
  const ended = connection.receive(byte).then(() => {
    isOver = true;
  });
  while (!isOver) await connection.sendAll(chunk);
  await ended;
});
