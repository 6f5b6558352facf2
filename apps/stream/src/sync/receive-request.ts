import type { Socket } from "omnisock/posix/sync";
import { isWholeRequest, LONGEST_REQUEST } from "../page.ts";

/**
 * Receives a request as text: until its blank line and its body are there, or until the peer has ended its side.
 *
 * @throws {Refusal} It is not to be read to its end.
 */
export function receiveRequest(socket: Socket): string {
  const buffer = new Uint8Array(LONGEST_REQUEST);
  let total = 0;
  for (;;) {
    const byteLength = socket.receive(buffer.subarray(total));
    total += byteLength;
    const request = buffer.subarray(0, total);
    // The client's shutdown(1): it has ended its side, so this is the whole request. Browsers and curl do not end theirs.
    if (byteLength === 0 || isWholeRequest(request)) return new TextDecoder().decode(request);
  }
}
