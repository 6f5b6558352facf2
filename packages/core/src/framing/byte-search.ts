import { view } from "./view.ts";

/** Below so many bytes, looking at each costs less than a view for looking at four at once. */
const SHORT_SEARCH_BYTES = 64;
/** Longer buffers are searched in parts: the offsets of their words are beyond 32 bits. */
const MOST_BYTES = 2 ** 30;
const NO_WORDS: Int32Array = new Int32Array(0);

/**
 * Finds a sequence of bytes.
 *
 * It looks at four bytes at once: for lines of 80 bytes, `Uint8Array.prototype.indexOf` and a loop over bytes take twice the
 * time on Node and Deno, and as much on Bun.
 *
 * Source: "Determine if a word has a zero byte", Bit Twiddling Hacks.
 */
export class ByteSearch {
  readonly sought: Uint8Array;
  readonly #last: number;
  /** The last byte, in each of the four of a word. */
  readonly #pattern: number;
  /** What `#words` shows. */
  #bytes: Uint8Array | undefined;
  #words = NO_WORDS;
  /** Offset in `#bytes` of the first whole word. */
  #wordsAt = 0;
  /** The part of a long buffer that was searched last. */
  #part: { readonly of: Uint8Array; readonly at: number; readonly bytes: Uint8Array } | undefined;

  constructor(sought: Uint8Array) {
    this.sought = sought;
    this.#last = sought[sought.length - 1] as number;
    this.#pattern = (this.#last * 0x01010101) | 0;
  }

  /** Offset of the first occurrence that lies in `bytes` from `from` to before `to`, -1 if there is none. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const before = this.sought.length - 1;
    let last = this.#findLast(bytes, from + before, to);
    while (last >= 0 && !this.#matches(bytes, last - before)) last = this.#findLast(bytes, last + 1, to);
    return last < 0 ? -1 : last - before;
  }

  /** How many bytes before `to`, though not before `from`, may be the beginning of an occurrence: at most all but one of its bytes. */
  overlap(bytes: Uint8Array, from: number, to: number): number {
    let length = Math.min(this.sought.length - 1, to - from);
    while (length > 0 && !this.beginsWith(bytes, to - length, length)) length--;
    return length;
  }

  /** Whether the `length` bytes at `at` are how the sought begins, or from `skip` on goes on. */
  beginsWith(bytes: Uint8Array, at: number, length: number, skip: number = 0): boolean {
    for (let i = 0; i < length; i++) {
      if (bytes[at + i] !== this.sought[skip + i]) return false;
    }
    return true;
  }

  #matches(bytes: Uint8Array, at: number): boolean {
    return this.beginsWith(bytes, at, this.sought.length - 1);
  }

  #findLast(bytes: Uint8Array, from: number, to: number): number {
    if (to - from < SHORT_SEARCH_BYTES) return this.#findByByte(bytes, from, to);
    if (bytes !== this.#bytes) {
      if (bytes.length > MOST_BYTES) return this.#findInParts(bytes, from, to);
      this.#look(bytes);
    }
    const words = this.#words;
    const wordsAt = this.#wordsAt;
    const pattern = this.#pattern;
    let word = Math.max(0, (from - wordsAt + 3) >>> 2);
    const firstAligned = wordsAt + word * 4;
    for (let i = from; i < firstAligned; i++) if (bytes[i] === this.#last) return i;
    const end = Math.min(words.length, (to - wordsAt) >>> 2);
    for (; word < end; word++) {
      const zeroWhereEqual = (words[word] as number) ^ pattern;
      if (((zeroWhereEqual - 0x01010101) & ~zeroWhereEqual & 0x80808080) !== 0) break;
    }
    return this.#findByByte(bytes, wordsAt + word * 4, to);
  }

  #findByByte(bytes: Uint8Array, from: number, to: number): number {
    for (let i = from; i < to; i++) if (bytes[i] === this.#last) return i;
    return -1;
  }

  #findInParts(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; ) {
      const start = at - (at % MOST_BYTES);
      const part = this.#partOf(bytes, start);
      const end = Math.min(to - start, part.length);
      const found = this.#findLast(part, at - start, end);
      if (found >= 0) return start + found;
      at = start + end;
    }
    return -1;
  }

  #partOf(bytes: Uint8Array, at: number): Uint8Array {
    if (this.#part?.of !== bytes || this.#part.at !== at) {
      this.#part = { of: bytes, at, bytes: view(bytes, at, Math.min(at + MOST_BYTES, bytes.length)) };
    }
    return this.#part.bytes;
  }

  #look(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#wordsAt = -bytes.byteOffset & 3;
    const words = (bytes.byteLength - this.#wordsAt) >>> 2;
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset + this.#wordsAt, words);
  }
}
