/** MySocket of the Socket HOWTO: send and receive in loops, until all is there. */
import { Failure } from "@omnisock/apps-common";
import type { Socket } from "omnisock/posix/sync";

/** `mysend`: send() may take only a part, and says how much. `socket.sendAll()` is this loop. */
export function sendMessage(socket: Socket, message: Uint8Array): void {
  let total = 0;
  while (total < message.length) total += socket.send(message.subarray(total));
}

/**
 * `myreceive`: so many bytes, in as many pieces as they come in. `socket.receiveExactly()` is this loop.
 *
 * @returns The bytes; undefined when the peer has ended before the first of them.
 * @throws {Failure} The peer has ended in the middle of them.
 */
export function receiveMessage(socket: Socket, length: number): Uint8Array | undefined {
  const message = new Uint8Array(length);
  let total = 0;
  while (total < length) {
    // Never more than what is missing: what follows belongs to the next message.
    const byteLength = socket.receive(message.subarray(total));
    if (byteLength === 0 && total === 0) return undefined;
    if (byteLength === 0) throw new Failure(`the connection ended after ${total} of ${length} bytes`);
    total += byteLength;
  }
  return message;
}
