/** Messages of one length, by hand: MySocket of the Socket HOWTO. */
import type { Connection, WaitOptions } from "omnisock";

/** Every message has so many bytes; shorter texts are filled up with spaces. */
export const MESSAGE_LENGTH = 32;

/** Sends all of a message: send() may take only a part of it, and says how much. `sendAll()` is this loop. */
export async function sendMessage(connection: Connection, message: Uint8Array): Promise<void> {
  let total = 0;
  while (total < message.length) total += await connection.send(message.subarray(total));
}

/**
 * Receives a message, in as many pieces as it comes in: `receiveExactly()` is this loop.
 *
 * @returns The message; undefined when the peer has ended before its first byte.
 * @throws {RangeError} The peer has ended in the middle of a message.
 */
export async function receiveMessage(
  connection: Connection,
  options: WaitOptions = {},
): Promise<Uint8Array | undefined> {
  const message = new Uint8Array(MESSAGE_LENGTH);
  let total = 0;
  while (total < MESSAGE_LENGTH) {
    // Never more than what is missing: what follows belongs to the next message.
    const byteLength = await connection.receive(message.subarray(total), options);
    if (byteLength === 0 && total === 0) return undefined;
    if (byteLength === 0) throw new RangeError(`the connection ended after ${total} of ${MESSAGE_LENGTH} bytes`);
    total += byteLength;
  }
  return message;
}
