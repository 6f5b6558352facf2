import { AdaptiveSpin } from "./adaptive-spin.ts";
import { isAnythingHeld } from "./keep-alive.ts";

const host = globalThis as { readonly setImmediate?: (run: () => void) => unknown; readonly Deno?: unknown };

/** How often it is looked for more in vain before the event loop may sleep: about 35 µs on Bun, and 50 on Node. */
const LOOKS = 32;
/** How often sleep has to be spared, to be worth those looks in vain. */
const WORTH = 8;
/** When so many looks in a row find something at once, the event loop has enough to do, and would not sleep anyway. */
const BUSY = 8;
/** How many messages are let pass then. */
const PASSED_WHEN_BUSY = 1000;

/** Keeps an event loop from sleeping for a moment, after a message, as long as it is worth it. */
class BusyPoll {
  readonly #nextTurn: ((run: () => void) => unknown) | undefined;
  readonly #spin = new AdaptiveSpin(WORTH);
  #isPolling = false;
  #hasArrived = false;
  #looksLeft = 0;
  /** How many looks in a row found something at once. */
  #needless = 0;

  /** @param nextTurn Has a function called when the event loop has looked for messages; undefined: then nothing is done. */
  constructor(nextTurn: ((run: () => void) => unknown) | undefined) {
    this.#nextTurn = nextTurn;
  }

  /** A message has arrived. */
  arrived(): void {
    if (this.#isPolling) this.#hasArrived = true;
    else if (this.#spin.begin()) this.#start();
  }

  #start(): void {
    // A turn that was asked for keeps the process alive.
    if (this.#nextTurn === undefined || !isAnythingHeld()) return;
    this.#isPolling = true;
    this.#hasArrived = false;
    this.#looksLeft = LOOKS;
    this.#needless = 0;
    this.#nextTurn(this.#look);
  }

  readonly #look = (): void => {
    if (this.#hasArrived) this.#found();
    else this.#looksLeft--;
    if (this.#isToGoOn()) this.#nextTurn?.(this.#look);
    else this.#isPolling = false;
  };

  #isToGoOn(): boolean {
    if (!isAnythingHeld()) return false;
    if (this.#needless === BUSY) this.#spin.pass(PASSED_WHEN_BUSY);
    else if (this.#looksLeft > 0) return true;
    else this.#spin.end();
    return false;
  }

  #found(): void {
    this.#hasArrived = false;
    if (this.#looksLeft === LOOKS) {
      this.#needless++;
      return;
    }
    this.#looksLeft = LOOKS;
    this.#spin.spared();
    this.#needless = 0;
  }
}

/** Deno's event loop does not look for messages in a turn that `setImmediate()` asks for: it would find them later. */
const poll = new BusyPoll(host.Deno === undefined ? host.setImmediate : undefined);

/**
 * Says that a message has arrived, for adapters: on Node and Bun, the event loop does not sleep in the next moment.
 *
 * To be put to sleep and woken takes a process longer than to answer: with one message in flight over loopback, a server that
 * looks again for a moment answers a third more of them, in less CPU time. Where nothing comes in that moment, it is tried more
 * and more rarely; where much does, it is not needed.
 *
 * Source: SO_BUSY_POLL in socket(7), which is the same for a blocking call.
 */
export function busyPoll(): void {
  poll.arrived();
}
