import type { Socket } from "bun";

/** What a socket has not taken yet, in order. */
export interface Pending {
  rest: Uint8Array[];
}

/** Writes; what is not taken is kept, and its reader paused. Bun's chunks are copies, and may be kept. */
export function write(socket: Socket<Pending>, bytes: Uint8Array): void {
  const { rest } = socket.data;
  const taken = rest.length > 0 ? 0 : socket.write(bytes);
  // -1: it is closed.
  if (taken < 0 || taken === bytes.length) return;
  if (rest.length === 0) socket.pause();
  rest.push(bytes.subarray(taken));
}

/** There is room again. */
export function drain(socket: Socket<Pending>): void {
  const { rest } = socket.data;
  for (let [first] = rest; first !== undefined; [first] = rest) {
    const taken = socket.write(first);
    if (taken < first.length) {
      rest[0] = first.subarray(Math.max(0, taken));
      return;
    }
    rest.shift();
  }
  socket.resume();
}
