/** Sends back what comes. */
import { serve } from "./serve.ts";

const BUFFER_BYTES = 65_536;

await serve(async (connection) => {
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
    // Written out: a function that waits in between costs a promise a message.
    for (let at = 0; at < count; ) at += await connection.write(buffer.subarray(at, count));
  }
});
