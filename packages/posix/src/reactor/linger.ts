import { AdaptiveSpin } from "@omnisock/core";

/** For how long it is looked again at once before the reactor parks, in milliseconds: what comes back sooner is served sooner. */
const LONGEST = 0.1;

/** Keeps a reactor from parking for a moment after something has happened, as long as it is worth it. */
export class Linger {
  readonly #spin: AdaptiveSpin;
  #isLingering = false;
  /** Whether it was looked in vain since something happened. */
  #isIdle = false;
  #lastBusy = 0;

  /** @param worth How many times to park cost as much as to linger in vain. */
  constructor(worth: number) {
    this.#spin = new AdaptiveSpin(worth);
  }

  /** Something has happened. */
  busy(): void {
    if (!this.#isLingering) this.#isLingering = this.#spin.begin();
    else if (this.#isIdle) this.#spin.spared();
    this.#isIdle = false;
    this.#lastBusy = performance.now();
  }

  /** Nothing has. Whether to look again at once. */
  goesOn(): boolean {
    if (!this.#isLingering) return false;
    this.#isIdle = true;
    if (performance.now() - this.#lastBusy < LONGEST) return true;
    this.#isLingering = false;
    this.#spin.end();
    return false;
  }
}
