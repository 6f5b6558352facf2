/** Framing as one writes it by hand: a length of four bytes, big-endian, before each frame. */

const HEADER_BYTES = 4;

/** Finds the frames in chunks that end where they may. */
export class Splitter {
  #rest = new Uint8Array(0);

  /** Calls `visit` with each whole frame, its header with it. The chunk may be filled anew after. */
  push(chunk: Uint8Array, visit: (bytes: Uint8Array, start: number, end: number) => void): void {
    const bytes = this.#withRest(chunk);
    let at = 0;
    while (bytes.length - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + lengthAt(bytes, at);
      if (end > bytes.length) break;
      visit(bytes, at, end);
      at = end;
    }
    this.#rest = bytes.slice(at);
  }

  #withRest(chunk: Uint8Array): Uint8Array {
    if (this.#rest.length === 0) return chunk;
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    return bytes;
  }
}

/** The frames of a chunk, each made anew in one new buffer. */
export function gather(splitter: Splitter, chunk: Uint8Array): Uint8Array {
  const frames = new Uint8Array(chunk.length + MOST_CARRIED);
  let length = 0;
  splitter.push(chunk, (bytes, start, end) => {
    writeLength(frames, length, end - start - HEADER_BYTES);
    copy(bytes, start + HEADER_BYTES, end, frames, length + HEADER_BYTES);
    length += end - start;
  });
  return frames.subarray(0, length);
}

/** Room for the frame that began in an earlier chunk: more than any here has. */
const MOST_CARRIED = 65_536;

function lengthAt(bytes: Uint8Array, at: number): number {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [number, number, number, number];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

function writeLength(bytes: Uint8Array, at: number, length: number): void {
  bytes[at] = length >>> 24;
  bytes[at + 1] = length >>> 16;
  bytes[at + 2] = length >>> 8;
  bytes[at + 3] = length;
}

/** For few bytes a loop is faster than a view and `set()`. */
function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > 96) to.set(from.subarray(start, end), at);
  else for (let i = start; i < end; i++) to[at++] = from[i] as number;
}
