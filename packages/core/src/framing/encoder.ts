import type { Codec } from "./codec.ts";
import { FrameOutput } from "./frame-output.ts";
import { joined } from "./joined.ts";

/**
 * Turns frames into bytes.
 *
 * @example
 * ```ts
 * new Encoder(lengthPrefixed({ length: "u16" })).encode(new Uint8Array([7])); // 00 01 07
 * ```
 */
export class Encoder<T> {
  readonly #codec: Codec<T>;
  readonly #output = new FrameOutput(() => true);

  constructor(codec: Codec<T>) {
    this.#codec = codec;
  }

  /**
   * The bytes that `frame` is on the wire, in memory of their own.
   *
   * @throws {FrameError} `too-long`, `malformed`, `message`: it cannot be sent in this way. The next one may.
   * @throws {TypeError} `frame` is of no type that the codec takes; or the codec's own `encode()` calls this.
   */
  encode(frame: T): Uint8Array {
    this.#output.add(this.#codec, frame);
    const bytes = joined(this.#output.take());
    this.#output.reuse();
    return bytes;
  }
}
