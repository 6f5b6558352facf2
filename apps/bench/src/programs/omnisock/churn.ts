/** Sends one message back, and closes. */
import { VISIT_BYTES } from "../shared/visit.ts";
import { serve } from "./serve.ts";

await serve(async (connection) => {
  const message = new Uint8Array(VISIT_BYTES);
  for (let at = 0; at < VISIT_BYTES; ) {
    // A view has the runtime move an array so small out of its heap.
    const count = await connection.receive(at === 0 ? message : message.subarray(at));
    if (count === 0) return;
    at += count;
  }
  await connection.sendAll(message);
});
