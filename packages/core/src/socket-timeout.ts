import { canUnref } from "./timers.ts";
import type { Limit } from "./wait.ts";

/** A timer may come this much early, in milliseconds: timers round down. */
const TIMER_PRECISION = 1;

/** A call under way, and when its time is up, by `performance.now()`. */
interface Running {
  due: number;
  readonly expire: () => void;
}

/**
 * `SO_RCVTIMEO` or `SO_SNDTIMEO` of a socket: how long calls wait that have no timeout of their own.
 *
 * All of them share one timer, which is not set anew while it runs: a call costs no timer of its own.
 */
export class SocketTimeout {
  #milliseconds = 0;
  #limit: Limit | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** In the order they were started, which is that of their ends. None while there is no timeout, as mostly. */
  #running: Set<Running> | undefined;

  /** What calls are limited to; undefined for no limit. */
  get limit(): Limit | undefined {
    return this.#limit;
  }

  /** 0 is no limit. */
  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Sets it also for the calls under way, whose time starts anew. */
  set milliseconds(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.#limit = milliseconds === 0 ? undefined : { timeout: milliseconds, signal: undefined, clock: this };
    const due = this.#due();
    for (const one of this.#running ?? []) one.due = due;
    this.#stop();
    if (this.#running?.size) this.#wait();
  }

  /** Calls `expire` when time is up, unless the function that it returns is called before. */
  start(expire: () => void): () => void {
    const one: Running = { due: this.#due(), expire };
    this.#running ??= new Set();
    this.#running.add(one);
    if (this.#timer === undefined) this.#wait();
    return () => {
      // A timer that cannot be left to itself would keep the process alive.
      if (this.#running?.delete(one) && this.#running.size === 0 && !canUnref(this.#timer)) this.#stop();
    };
  }

  #due(): number {
    return this.#milliseconds === 0 ? Number.POSITIVE_INFINITY : performance.now() + this.#milliseconds;
  }

  #wait(): void {
    const [first] = this.#running ?? [];
    if (first === undefined || first.due === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#expire(), Math.max(0, Math.ceil(first.due - performance.now())));
    // The calls that wait keep the process alive, as far as they are to.
    if (canUnref(this.#timer)) this.#timer.unref();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #expire(): void {
    this.#timer = undefined;
    const now = performance.now() + TIMER_PRECISION;
    for (const one of this.#running ?? []) {
      if (one.due > now) break;
      this.#running?.delete(one);
      one.expire();
    }
    if (this.#timer === undefined) this.#wait();
  }
}
