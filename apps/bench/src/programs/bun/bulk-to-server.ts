/** Receives to the end, and says what it got. */
import { Receipt } from "../shared/bulk.ts";
import { serve } from "./serve.ts";

serve(
  () => ({ receipt: new Receipt() }),
  (socket, chunk) => socket.data.receipt.take(chunk),
  { allowHalfOpen: true, end: (socket) => void socket.end(socket.data.receipt.answer()) },
);
