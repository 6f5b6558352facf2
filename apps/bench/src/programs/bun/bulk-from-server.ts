/** Sends from the first byte that comes until the client has ended its side. */
import type { Socket } from "bun";
import { makeChunk } from "../shared/bulk.ts";
import { serve } from "./serve.ts";

const chunk = makeChunk();

interface State {
  /** How much of the chunk has been taken. */
  sent: number;
  isOver: boolean;
}

serve((): State => ({ sent: 0, isOver: false }), send, {
  allowHalfOpen: true,
  drain: send,
  end(socket) {
    socket.data.isOver = true;
    socket.end();
  },
});

/** As much as there is room for. */
function send(socket: Socket<State>): void {
  const { data } = socket;
  while (!data.isOver) {
    const taken = socket.write(data.sent === 0 ? chunk : chunk.subarray(data.sent));
    if (taken < 0) return;
    const isFull = data.sent + taken < chunk.length;
    data.sent = isFull ? data.sent + taken : 0;
    if (isFull) return;
  }
}
