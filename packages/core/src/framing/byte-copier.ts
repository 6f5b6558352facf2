import { view } from "./view.ts";

/** Above so many bytes, a view and its `set()` cost less than word after word. */
const MOST_WORDWISE_BYTES = 128;
const NO_WORDS: DataView = new DataView(new ArrayBuffer(0));

/**
 * Copies parts of one buffer to another, again and again.
 *
 * Short ones go by words of four bytes: measured for 60 bytes, that takes half the time of `set()` with a view, and less on Bun.
 * The first two parts of a buffer are copied by views all the same, for the words need some, too.
 */
export class ByteCopier {
  /** Whose words are known. */
  #from: Uint8Array | undefined;
  #to: Uint8Array | undefined;
  /** Between which the last short part was copied by views. */
  #lastFrom: Uint8Array | undefined;
  #lastTo: Uint8Array | undefined;
  #fromWords: DataView = NO_WORDS;
  #toWords: DataView = NO_WORDS;

  /** Copies `from[start]` to before `from[end]`, to `to` from `at` on. */
  copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
    if (end - start > MOST_WORDWISE_BYTES || from !== this.#from || to !== this.#to) {
      this.#copyByView(from, start, end, to, at);
      return;
    }
    const source = this.#fromWords;
    const target = this.#toWords;
    let i = start;
    let j = at;
    // In the order of bytes that machines have, and twice in each round: both are measured.
    for (; i + 8 <= end; i += 8, j += 8) {
      target.setInt32(j, source.getInt32(i, true), true);
      target.setInt32(j + 4, source.getInt32(i + 4, true), true);
    }
    if (i + 4 <= end) {
      target.setInt32(j, source.getInt32(i, true), true);
      i += 4;
      j += 4;
    }
    for (; i < end; i++, j++) to[j] = from[i] as number;
  }

  #copyByView(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
    to.set(view(from, start, end), at);
    if (end - start > MOST_WORDWISE_BYTES) return;
    if (from === this.#lastFrom && to === this.#lastTo) {
      this.#from = from;
      this.#to = to;
      this.#fromWords = wordsOf(from);
      this.#toWords = wordsOf(to);
    }
    this.#lastFrom = from;
    this.#lastTo = to;
  }
}

function wordsOf({ buffer, byteOffset }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset);
}
