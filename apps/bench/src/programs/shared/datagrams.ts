/** How the load generator asks a server of datagrams what it did: c/load/datagrams.h is the other end. */

/** The first byte of each datagram. */
export const DATA = 0;
export const REPORT = 1;
export const RESET = 2;
export const SEND = 3;

const ANSWER_BYTES = 13;
export const SIZE = 64;
export const BATCH = 64;

/** Counts what came, or what went. */
export class Counts {
  datagrams = 0;
  microseconds = 0;
  #wrong = 0;

  /** A datagram came: of data, or another, which is returned as its kind. */
  take(bytes: Uint8Array): number {
    if (bytes[0] !== DATA) return bytes[0] ?? DATA;
    this.datagrams++;
    if (bytes.length !== SIZE || (bytes[1] as number) + (bytes[SIZE - 1] as number) !== 255) this.#wrong++;
    return DATA;
  }

  /** The answer to a question of that kind. */
  answer(kind: number): Uint8Array {
    if (kind === RESET) this.datagrams = this.microseconds = this.#wrong = 0;
    const bytes = new Uint8Array(ANSWER_BYTES);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, kind);
    view.setUint32(1, this.datagrams);
    view.setUint32(5, this.#wrong);
    view.setUint32(9, this.microseconds);
    return bytes;
  }
}

/** Datagrams to send: each a buffer of its own. */
export function batchOf(): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: BATCH }, (_, number) => {
    const bytes = new Uint8Array(SIZE);
    bytes[1] = number;
    bytes[SIZE - 1] = 255 - number;
    return bytes;
  });
}

/** What a request to send says: for how long, and to which port of this machine. */
export function requestIn(bytes: Uint8Array): { readonly milliseconds: number; readonly port: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { milliseconds: view.getUint32(1), port: view.getUint16(5) };
}

/** Calls `sendBatch`, which returns how many went, until the time is up. */
export async function sendFor(
  counts: Counts,
  milliseconds: number,
  sendBatch: () => number | Promise<number>,
): Promise<void> {
  const began = performance.now();
  while (performance.now() - began < milliseconds) {
    const sent = sendBatch();
    counts.datagrams += typeof sent === "number" ? sent : await sent;
  }
  counts.microseconds = (performance.now() - began) * 1e3;
}
