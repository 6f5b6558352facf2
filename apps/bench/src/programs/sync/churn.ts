/** Sends one message back, and closes. */
import { VISIT_BYTES } from "../shared/visit.ts";
import { serve } from "./serve.ts";

const message = new Uint8Array(VISIT_BYTES);

serve((connection) => {
  for (let at = 0; at < VISIT_BYTES; ) {
    // A message that comes whole needs no view.
    const count = connection.receive(at === 0 ? message : message.subarray(at));
    if (count === 0) return;
    at += count;
  }
  connection.sendAll(message);
});
