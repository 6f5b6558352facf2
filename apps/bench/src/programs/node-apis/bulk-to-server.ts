/** Receives to the end, and says what it got. */
import { Receipt } from "../shared/bulk.ts";
import { serve } from "./serve.ts";

serve(
  (socket) => {
    const receipt = new Receipt();
    socket.on("data", (chunk: Uint8Array) => receipt.take(chunk));
    socket.on("end", () => socket.end(receipt.answer()));
  },
  { allowHalfOpen: true },
);
