import { Failure } from "@omnisock/apps-common";
import type { Connection, WaitOptions } from "omnisock";
import { isWholeRequest, LONGEST_REQUEST } from "./page.ts";

/**
 * Receives a request as text: until its blank line is there, or until the peer has ended its side.
 *
 * @throws {Failure} It is longer than any request should be.
 */
export async function receiveRequest(connection: Connection, options: WaitOptions = {}): Promise<string> {
  const buffer = new Uint8Array(LONGEST_REQUEST);
  let total = 0;
  while (total < LONGEST_REQUEST) {
    const byteLength = await connection.receive(buffer.subarray(total), options);
    total += byteLength;
    const request = new TextDecoder().decode(buffer.subarray(0, total));
    // Python's shutdown(1) at the other end: the client has ended its side, so this is the whole request. Browsers and curl
    // do not end theirs: whoever waits for that, waits for ever.
    if (byteLength === 0 || isWholeRequest(request)) return request;
  }
  // Without a limit, a stranger decides how much memory we use.
  throw new Failure(`a request has ${LONGEST_REQUEST} bytes at most`);
}
