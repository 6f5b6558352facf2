import type { Connection, WaitOptions } from "omnisock";

/** Receives until the peer has ended its side, and gives what came as text. */
export async function receiveRest(connection: Connection, options: WaitOptions = {}): Promise<string> {
  // A buffer must have a size. How large does not matter: 1 to 4 KiB are common.
  const buffer = new Uint8Array(1024);
  const decoder = new TextDecoder();
  let received = "";
  for (;;) {
    // TCP is a stream of bytes. What was sent in one piece may come in several, and several sends as one.
    const byteLength = await connection.receive(buffer, options);
    // 0 is the end: the peer has shut down its side, or closed.
    if (byteLength === 0) break;
    // Even a letter may come in two parts; `stream` keeps the first until the second is there.
    received += decoder.decode(buffer.subarray(0, byteLength), { stream: true });
  }
  return received + decoder.decode();
}
