/** Sends one message back, and closes. */
import { VISIT_BYTES } from "../shared/visit.ts";
import { serve } from "./serve.ts";

serve((socket) => {
  let received = 0;
  socket.on("data", (chunk) => {
    received += chunk.length;
    if (received < VISIT_BYTES) socket.write(chunk);
    else socket.end(chunk);
  });
});
