/** What is sent: the same as the load generator in C sends. */
import { Buffer } from "node:buffer";

const BEGINNINGS = 4096;

/** Messages of `size` bytes that differ from their neighbours: number `count` of a connection. */
export function messagesOf(size: number): (connection: number, count: number) => Buffer {
  const bytes = Buffer.allocUnsafeSlow(BEGINNINGS + size);
  let state = 2463534242;
  for (let i = 0; i < bytes.length; i++) {
    // Marsaglia's xorshift.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state >>> 24;
  }
  return (connection, count) => {
    const at = (connection * 131 + count * 17) % BEGINNINGS;
    return bytes.subarray(at, at + size);
  };
}
