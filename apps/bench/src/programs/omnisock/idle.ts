/** Sends back what comes, with a buffer for one message for each connection: what one takes that waits. */
import { serve } from "./serve.ts";

const BUFFER_BYTES = 64;

await serve(async (connection) => {
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (let count = await connection.receive(buffer); count > 0; count = await connection.receive(buffer)) {
    await connection.sendAll(buffer.subarray(0, count));
  }
});
