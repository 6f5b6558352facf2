/** How much somebody may write: what is not spent is saved, for some seconds. */
const SECONDS_SAVED = 4;
/** What a line costs besides its bytes: everybody is sent the name, too. */
const LINE_COST = 32;

export class Allowance {
  readonly #bytesPerSecond: number;
  #left: number;
  #at: number;

  constructor(bytesPerSecond: number, now: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#left = bytesPerSecond * SECONDS_SAVED;
    this.#at = now;
  }

  /**
   * Counts what was written.
   *
   * @param now The time in milliseconds, by any clock.
   * @returns How long to wait before reading more, in milliseconds; 0 when there is some left.
   */
  spend(bytes: Uint8Array, now: number): number {
    let cost = bytes.length;
    for (const byte of bytes) if (byte === 0x0a) cost += LINE_COST;
    const earned = ((now - this.#at) / 1000) * this.#bytesPerSecond;
    this.#left = Math.min(this.#left + earned, this.#bytesPerSecond * SECONDS_SAVED) - cost;
    this.#at = now;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / this.#bytesPerSecond) * 1000);
  }
}
