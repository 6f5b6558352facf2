import { FrameError, type FrameErrorCode, type FrameErrorOptions } from "./frame-error.ts";

export const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * The bytes that a decoder looks at, and the frame that a splitter found in them.
 *
 * `bytes[at]` is where the frame in hand begins, `bytes[next]` where the one after it does; what is from `limit` on does not
 * count. All offsets are into `bytes`.
 */
export class Intake {
  bytes: Uint8Array = NO_BYTES;
  // What a view is made of: asking `bytes` for them each time would take a quarter as long again.
  #buffer: ArrayBufferLike = NO_BYTES.buffer;
  #byteOffset = 0;
  /** Where the frame in hand begins, its header included. */
  at = 0;
  limit = 0;
  /** Bytes of the stream before `bytes[0]`. */
  base = 0;

  /** Set by `split()`: the frame is `bytes[start]` to `bytes[end - 1]`, and what follows it begins at `next`. */
  start = 0;
  end = 0;
  next = 0;
  /** Set by `split()` when bytes are missing: how many, from `at` on, the frame or its header has, or at most has. */
  need = 0;

  /** Goes on in other bytes: from `start` to before `limit`; `base` bytes of the stream are before `bytes[0]`. */
  look(bytes: Uint8Array, start: number, limit: number, base: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.#buffer = bytes.buffer;
      this.#byteOffset = bytes.byteOffset;
    }
    this.limit = limit;
    this.base = base;
    this.skipTo(start);
  }

  /**
   * The frame that `split()` found, as a view: a plain `Uint8Array`, also of a Node `Buffer`.
   *
   * `subarray()` would take twice as long on Node and Deno, though less on Bun.
   */
  get frame(): Uint8Array {
    return new Uint8Array(this.#buffer, this.#byteOffset + this.start, this.end - this.start);
  }

  /** Where the frame in hand begins: bytes of the stream before it. */
  get position(): number {
    return this.base + this.at;
  }

  /** Gives up what is before `to`: the frame in hand begins there. */
  skipTo(to: number): void {
    this.at = to;
    this.next = to;
  }

  /** The error for the frame in hand. */
  error(code: FrameErrorCode, what: string, options?: FrameErrorOptions): FrameError {
    return new FrameError(code, what, this.position, options);
  }

  /** The error for the frame in hand when `cause` was thrown for its message. */
  messageError(cause: unknown): FrameError {
    return this.error("message", "its message cannot be decoded", { cause });
  }
}
