import { Failure } from "@omnisock/apps-common";
import type { Socket } from "omnisock/posix/sync";
import { isWholeRequest, LONGEST_REQUEST } from "../page.ts";

/**
 * Receives a request as text: until its blank line is there, or until the peer has ended its side.
 *
 * @throws {Failure} It is longer than any request should be.
 */
export function receiveRequest(socket: Socket): string {
  const buffer = new Uint8Array(LONGEST_REQUEST);
  let total = 0;
  while (total < LONGEST_REQUEST) {
    const byteLength = socket.receive(buffer.subarray(total));
    total += byteLength;
    const request = new TextDecoder().decode(buffer.subarray(0, total));
    // The client's shutdown(1): it has ended its side, so this is the whole request. Browsers and curl do not end theirs.
    if (byteLength === 0 || isWholeRequest(request)) return request;
  }
  throw new Failure(`a request has ${LONGEST_REQUEST} bytes at most`);
}
