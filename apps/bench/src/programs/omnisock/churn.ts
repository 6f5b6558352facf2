/** Sends one message back, and closes. */
import { VISIT_BYTES } from "../shared/visit.ts";
import { serve } from "./serve.ts";

await serve(async (connection) => {
  const message = new Uint8Array(VISIT_BYTES);
  for (let at = 0; at < VISIT_BYTES; ) {
    const count = await connection.receive(message.subarray(at));
    if (count === 0) return;
    at += count;
  }
  await connection.sendAll(message);
});
