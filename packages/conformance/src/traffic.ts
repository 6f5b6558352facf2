/** Bytes to send, and ways to send and receive them, for cases. */
import { type Socket, SocketError, WOULD_BLOCK } from "@omnisock/core";
import { equal, equalBytes } from "./expect.ts";

/** No kernel takes this much from a sender whose peer does not read. */
export const MORE_THAN_FITS: number = 64 << 20;

/** More than fits as well, but soon read. */
const BLOCKER = 16 << 20;

/** How long a full connection must have stayed full before it counts as blocked, in milliseconds. */
const BLOCKED = 250;

/** A prime, so that no buffer's size is a multiple of it, and a lost or doubled part shows. */
export const PERIOD = 65521;

/** What is no Uint8Array, however alike. */
export const NO_BYTES: readonly Uint8Array[] = [
  undefined,
  null,
  "text",
  4,
  [1, 2],
  new ArrayBuffer(2),
  new DataView(new ArrayBuffer(2)),
  new Uint16Array(2),
] as unknown[] as Uint8Array[];

/** Bytes that differ from their neighbours, so that a lost or doubled one shows. */
export function pattern(byteLength: number, seed = 1): Uint8Array {
  const made = new Uint8Array(byteLength);
  let state = seed;
  for (let at = 0; at < byteLength; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    made[at] = state >>> 24;
  }
  return made;
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(received: Uint8Array): string {
  return new TextDecoder().decode(received);
}

/** What the next datagram says. */
export async function receiveText(socket: Socket): Promise<string> {
  const into = new Uint8Array(65536);
  return text(into.subarray(0, await socket.receive(into)));
}

/** Everything until the end of the stream. */
export async function receiveAll(socket: Socket): Promise<Uint8Array> {
  const into = new Uint8Array(65536);
  const parts: Uint8Array[] = [];
  for (;;) {
    const count = await socket.receive(into);
    if (count === 0) return concat(parts);
    parts.push(into.slice(0, count));
  }
}

/** Everything until the end of `readable`. */
export async function readAll({ readable }: Socket): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const reader = readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concat(parts);
    parts.push(value);
  }
}

/** Exactly `byteLength` bytes, by `receive()` alone. @throws {Error} The stream ended before. */
export async function receiveExactly(socket: Socket, byteLength: number): Promise<Uint8Array> {
  const into = new Uint8Array(byteLength);
  for (let filled = 0; filled < byteLength; ) {
    const count = await socket.receive(into.subarray(filled));
    if (count === 0) throw new Error(`The stream ended after ${filled} of ${byteLength} bytes`);
    filled += count;
  }
  return into;
}

/** Sends until the peer, who does not read, holds the sender back; returns how many bytes were taken. */
export async function sendUntilBlocked(socket: Socket): Promise<number> {
  const endless = pattern(PERIOD);
  for (let taken = 0; ; ) {
    try {
      taken += await socket.send(endless.subarray(taken % PERIOD), { timeout: BLOCKED });
    } catch (error) {
      if (!(error instanceof SocketError && error.wouldBlock)) throw error;
      // A kernel that has room for little does not say so: it is full when it does not take a byte.
      const more = socket.trySend(endless.subarray(taken % PERIOD));
      if (more === WOULD_BLOCK) return taken;
      taken += more;
    }
    if (taken > MORE_THAN_FITS) throw new Error(`The sender is not held back: it has sent ${taken} bytes`);
  }
}

/** A `sendAll()` that waits for the peer to read, until `receiveExactly(peer, blocker.byteLength)`; others wait behind it. */
export function block(socket: Socket): { readonly byteLength: number; readonly sending: Promise<void> } {
  const blocker = pattern(BLOCKER);
  return { byteLength: BLOCKER, sending: socket.sendAll(blocker) };
}

/** @throws {Error} What arrives next is not what `sendUntilBlocked()` sent, then the end of the stream. */
export async function receiveWhatBlocked(socket: Socket, byteLength: number): Promise<void> {
  const received = await receiveAll(socket);
  equal(received.byteLength, byteLength, "bytes received");
  const endless = pattern(PERIOD);
  for (let from = 0; from < byteLength; from += PERIOD) {
    const part = received.subarray(from, from + PERIOD);
    equalBytes(part, endless.subarray(0, part.byteLength), `what arrived from byte ${from} on`);
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}
