import { PERIOD, pattern } from "../traffic.ts";
import { Crc32 } from "./crc32.ts";

const PERIODS = 16;

/** Bytes to send: a pattern that a seed names, repeated, so many of it; and the checksum of those that were taken. */
export class PatternSource {
  readonly sent: Crc32 = new Crc32();
  readonly #block = new Uint8Array(PERIODS * PERIOD);
  readonly #byteLength: number;

  constructor(byteLength: number, seed: number) {
    this.#byteLength = byteLength;
    const period = pattern(PERIOD, seed);
    for (let index = 0; index < PERIODS; index++) this.#block.set(period, index * PERIOD);
  }

  get isDone(): boolean {
    return this.sent.byteLength === this.#byteLength;
  }

  /** The next bytes, `most` of them if there are so many at once. */
  next(most: number): Uint8Array {
    const from = this.sent.byteLength % PERIOD;
    const byteLength = Math.min(most, this.#byteLength - this.sent.byteLength);
    return this.#block.subarray(from, from + byteLength);
  }

  taken(bytes: Uint8Array): void {
    this.sent.add(bytes);
  }
}
