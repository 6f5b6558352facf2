/** Received bytes that nobody has asked for yet, in order. */
export class ChunkQueue {
  readonly #chunks: Uint8Array[] = [];
  #byteLength = 0;

  get byteLength(): number {
    return this.#byteLength;
  }

  /** Keeps `chunk` itself: it must not change any more. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#byteLength += chunk.byteLength;
  }

  /** Moves bytes to the start of `into`, and returns how many. */
  read(into: Uint8Array): number {
    let filled = 0;
    while (filled < into.byteLength) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) break;
      const room = into.byteLength - filled;
      if (chunk.byteLength <= room) {
        into.set(chunk, filled);
        filled += chunk.byteLength;
        this.#chunks.shift();
      } else {
        into.set(chunk.subarray(0, room), filled);
        filled += room;
        this.#chunks[0] = chunk.subarray(room);
      }
    }
    this.#byteLength -= filled;
    return filled;
  }

  /** The next chunk as it is, undefined when there is none. */
  shift(): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    this.#byteLength -= chunk?.byteLength ?? 0;
    return chunk;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#byteLength = 0;
  }
}
