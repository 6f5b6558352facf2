import type { Descriptor } from "./descriptor.ts";
import { constants } from "./linux/constants.ts";
import { getSocketOption } from "./options.ts";
import { pollAll } from "./poll.ts";

/** The options that limit how long a call waits. */
export type TimeLimit = "SO_RCVTIMEO" | "SO_SNDTIMEO";

/** How long a call that a signal has interrupted goes on: the kernel would begin its time anew with each signal. */
export class Patience {
  readonly #descriptor: Descriptor;
  readonly #isReceiving: boolean;
  readonly #until: number;

  /** To be made when the first signal has come: from then on the call has its time once more. */
  constructor(descriptor: Descriptor, limit: TimeLimit) {
    const most = getSocketOption(descriptor, { name: limit, level: "SOL_SOCKET" }) as number;
    this.#descriptor = descriptor;
    this.#isReceiving = limit === "SO_RCVTIMEO";
    this.#until = most === 0 ? Number.POSITIVE_INFINITY : performance.now() + most;
  }

  /** Waits until the call is worth another attempt; false: its time is up. */
  wait(): boolean {
    const left = Math.ceil(this.#until - performance.now());
    if (left <= 0) return false;
    const { POLLIN, POLLOUT } = constants;
    const watched = [{ descriptor: this.#descriptor, events: this.#isReceiving ? POLLIN : POLLOUT }];
    const syscall = this.#isReceiving ? "recv" : "send";
    return pollAll(watched, left === Number.POSITIVE_INFINITY ? -1 : left, syscall)[0] !== 0;
  }
}
