/** Sends one message back, and closes. */
import { VISIT_BYTES } from "../shared/visit.ts";
import { serve, writeAll } from "./serve.ts";

await serve(async (connection) => {
  const message = new Uint8Array(VISIT_BYTES);
  for (let at = 0; at < VISIT_BYTES; ) {
    // A view has the runtime move an array so small out of its heap.
    const count = await connection.read(at === 0 ? message : message.subarray(at));
    if (count === null) return;
    at += count;
  }
  await writeAll(connection, message);
});
