import type { Connection, WaitOptions } from "omnisock";
import { isWholeRequest, LONGEST_REQUEST } from "./page.ts";

/**
 * Receives a request as text: until its blank line and its body are there, or until the peer has ended its side.
 *
 * @throws {Refusal} It is not to be read to its end.
 */
export async function receiveRequest(connection: Connection, options: WaitOptions = {}): Promise<string> {
  const buffer = new Uint8Array(LONGEST_REQUEST);
  let total = 0;
  for (;;) {
    const byteLength = await connection.receive(buffer.subarray(total), options);
    total += byteLength;
    const request = buffer.subarray(0, total);
    // Python's shutdown(1) at the other end: the client has ended its side, so this is the whole request. Browsers and curl
    // do not end theirs: whoever waits for that, waits for ever.
    if (byteLength === 0 || isWholeRequest(request)) return new TextDecoder().decode(request);
  }
}
