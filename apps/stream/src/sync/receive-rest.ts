import type { Socket } from "omnisock/posix/sync";

/** Receives until the peer has ended its side, and gives what came as text: the do loop of the D tutorial. */
export function receiveRest(socket: Socket): string {
  const buffer = new Uint8Array(1024);
  const decoder = new TextDecoder();
  let received = "";
  for (;;) {
    // What was sent in one piece may come in several, and several sends as one.
    const byteLength = socket.receive(buffer);
    // 0 is the end: the peer has shut down its side, or closed.
    if (byteLength === 0) break;
    // Even a letter may come in two parts; `stream` keeps the first until the second is there.
    received += decoder.decode(buffer.subarray(0, byteLength), { stream: true });
  }
  return received + decoder.decode();
}
