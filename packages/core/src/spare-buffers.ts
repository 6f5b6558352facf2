/** Buffers of one size, and how many of them are kept at most. */
interface Shelf {
  readonly byteLength: number;
  readonly kept: number;
  readonly spare: SpareBuffer[];
}

/** As much memory for each size, and 1.5 MiB for all. */
const SHELVES: readonly Shelf[] = [
  { byteLength: 1024, kept: 512, spare: [] },
  { byteLength: 8192, kept: 64, spare: [] },
  { byteLength: 65536, kept: 8, spare: [] },
];

/** The size of the largest buffer. */
export const LARGEST_BUFFER_BYTES = 65536;

/** What `takeBuffer()` gives. */
export class SpareBuffer {
  readonly bytes: Uint8Array;
  readonly #shelf: Shelf;
  #first: Uint8Array;
  #isSpare = false;

  constructor(shelf: Shelf) {
    this.bytes = new Uint8Array(shelf.byteLength);
    this.#shelf = shelf;
    this.#first = this.bytes;
  }

  /** The first so many bytes. One view, while the length is the same: messages are often as long as the one before. */
  first(byteLength: number): Uint8Array {
    if (this.#first.byteLength !== byteLength) this.#first = this.bytes.subarray(0, byteLength);
    return this.#first;
  }

  /** For whoever takes one next: whoever gives it back uses no byte of it any more. */
  giveBack(): void {
    const { spare, kept } = this.#shelf;
    if (this.#isSpare || spare.length === kept) return;
    this.#isSpare = true;
    spare.push(this);
  }

  static take(shelf: Shelf): SpareBuffer {
    const buffer = shelf.spare.pop();
    if (buffer === undefined) return new SpareBuffer(shelf);
    buffer.#isSpare = false;
    return buffer;
  }
}

/**
 * A buffer for bytes on their way out, with anything in it: one that is spare, or else a new one.
 *
 * An idle connection needs none, and what many send in one turn is mostly short. Measured with 64 connections, buffers of 64 KiB
 * for each of them took longer to make and to collect than all else.
 *
 * @param byteLength Bytes that it has room for at least, up to `LARGEST_BUFFER_BYTES`.
 * @throws {RangeError} `byteLength` is more than that.
 */
export function takeBuffer(byteLength: number): SpareBuffer {
  for (const shelf of SHELVES) {
    if (byteLength <= shelf.byteLength) return SpareBuffer.take(shelf);
  }
  throw new RangeError(`A buffer has up to ${LARGEST_BUFFER_BYTES} bytes, not ${byteLength}`);
}
