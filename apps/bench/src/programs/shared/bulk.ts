/** Bytes in one direction: c/load/bulk.c is the other end. */

const CHUNK_BYTES = 65_536;
const SAMPLE_EVERY = 1009;
const ANSWER_BYTES = 12;

/** What is sent, over and over. */
export function makeChunk(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: CHUNK_BYTES }, (_, i) => i * 7 + (i >> 8));
}

/** Counts what comes, and folds every 1,009th byte together: enough to see that nothing is lost, mixed up or came twice. */
export class Receipt {
  #bytes = 0;
  #next = 0;
  #sum = 0;

  take(chunk: Uint8Array): void {
    const end = this.#bytes + chunk.length;
    for (; this.#next < end; this.#next += SAMPLE_EVERY) {
      this.#sum = (Math.imul(this.#sum, 31) + (chunk[this.#next - this.#bytes] as number)) >>> 0;
    }
    this.#bytes = end;
  }

  /** What the client is told in the end. */
  answer(): Uint8Array {
    const answer = new Uint8Array(ANSWER_BYTES);
    const view = new DataView(answer.buffer);
    view.setBigUint64(0, BigInt(this.#bytes));
    view.setUint32(8, this.#sum);
    return answer;
  }
}
