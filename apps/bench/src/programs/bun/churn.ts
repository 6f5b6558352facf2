/** Sends one message back, and closes. */
import { VISIT_BYTES } from "../shared/visit.ts";
import { serve } from "./serve.ts";

serve(
  () => ({ received: 0 }),
  (socket, chunk) => {
    socket.data.received += chunk.length;
    if (socket.data.received < VISIT_BYTES) socket.write(chunk);
    else socket.end(chunk);
  },
);
