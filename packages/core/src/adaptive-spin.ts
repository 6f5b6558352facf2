/**
 * How many messages are let pass at most, where it was not worth it, before it is tried again. One more is a prime: after each
 * 256th, it would be tried after the same one of every burst of four, and perhaps after the last.
 */
const MOST_PASSED = 256;

/**
 * Whether to look again for messages before going to sleep, for adapters with a loop of their own: as long as it is worth it.
 *
 * To spin is to look again and again after something was found, until nothing more is found for so long as the loop has it. That
 * last while is the price; each sleep that was spared before is the gain. Where it was not worth the price, 2 messages, then 6,
 * 14 and at last 256 pass before it is tried again.
 */
export class AdaptiveSpin {
  readonly #worth: number;
  #spared = 0;
  /** How many messages were let pass after the last time, if that was not worth it. */
  #pause = 0;
  #toPass = 0;

  /**
   * @param worth How many sleeps have to be spared to be worth one last while in vain; with 0 it is always worth it.
   * @throws {RangeError} `worth` is no whole number from 0 up.
   */
  constructor(worth: number) {
    this.#worth = checkCount(worth);
  }

  /** Something was found by a loop that does not spin: whether to spin now. */
  begin(): boolean {
    this.#spared = 0;
    if (this.#toPass === 0) return true;
    this.#toPass--;
    return false;
  }

  /** Something was found after looks in vain: without those, the loop would have slept. */
  spared(): void {
    this.#spared++;
  }

  /** Nothing was found for so long that the loop sleeps. */
  end(): void {
    this.#pause = this.#spared >= this.#worth ? 0 : Math.min(2 * this.#pause + 2, MOST_PASSED);
    this.#toPass = this.#pause;
  }

  /** Lets so many messages pass before it is tried again. @throws {RangeError} `count` is no whole number from 0 up. */
  pass(count: number): void {
    this.#toPass = checkCount(count);
  }
}

function checkCount(count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new RangeError(`A count is a whole number from 0 up, not ${String(count)}`);
}
