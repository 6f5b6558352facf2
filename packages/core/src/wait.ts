import { atEndOfTurn } from "./end-of-turn.ts";
import type { KeepAlive } from "./keep-alive.ts";
import type { WaitOptions } from "./socket.ts";
import type { SocketTimeout } from "./socket-timeout.ts";
import { canUnref } from "./timers.ts";

/** The longest time that a timer of any runtime can wait, in milliseconds. */
export const LONGEST_TIMEOUT: number = 2 ** 31 - 1;

/** How long to wait, checked: undefined is no limit, so that the common case costs nothing. */
export interface Limit {
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  /** Who keeps the time, where the timeout is the socket's own. */
  readonly clock?: SocketTimeout | undefined;
}

/**
 * The limit that `options` ask for.
 *
 * @throws {TypeError} They are no object, the timeout no number, or the signal no AbortSignal.
 * @throws {RangeError} The timeout is out of range.
 * @throws The signal's reason, when it is aborted already.
 */
export function limitOf(options: WaitOptions | undefined): Limit | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`The limits of a call are an object, such as { timeout: 1000 }, not ${String(options)}`);
  }
  const { timeout = Number.POSITIVE_INFINITY, signal } = options;
  if (typeof timeout !== "number") {
    throw new TypeError(`A timeout is a number of milliseconds, not ${typeof timeout}`);
  }
  if (!(timeout >= 0 && (timeout <= LONGEST_TIMEOUT || timeout === Number.POSITIVE_INFINITY))) {
    throw new RangeError(`A timeout is 0 to ${LONGEST_TIMEOUT} milliseconds, or Infinity, not ${timeout}`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError("A signal is an AbortSignal");
  }
  signal?.throwIfAborted();
  return timeout === Number.POSITIVE_INFINITY && signal === undefined ? undefined : { timeout, signal };
}

/**
 * What is left of `limit`, which began at `started` by `performance.now()`.
 *
 * @throws The signal's reason, when it was aborted meanwhile.
 */
export function leftOf(limit: Limit | undefined, started: number): Limit | undefined {
  if (limit === undefined) return undefined;
  const { timeout, signal } = limit;
  signal?.throwIfAborted();
  // Without the socket's clock, which would begin anew.
  return { timeout: Math.max(0, timeout - (performance.now() - started)), signal };
}

/** Resolves after so many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Runs `run` when the runtime has told what has come: all do so within a turn of the event loop, but Bun, where what a paused
 * connection has received is told in the next.
 */
function afterLook(run: () => void): void {
  atEndOfTurn(() => atEndOfTurn(run));
}

/** Ends something when time is up or a signal says so, or has said so already, unless `clear()`ed before. */
export class Deadline {
  readonly limit: Limit;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onAbort: () => void;
  readonly #stopClock: (() => void) | undefined;
  #isOver = false;

  /** @param holds Whether the process lives on until the time is up. */
  constructor(limit: Limit, onTimeout: () => void, onAbort: (reason: unknown) => void, holds = true) {
    const { timeout, signal, clock } = limit;
    this.limit = limit;
    this.#onAbort = (): void => {
      this.clear();
      onAbort(signal?.reason);
    };
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    // It tells nobody any more. Later, as whoever asks for a deadline may not be ready for its end.
    if (signal?.aborted) {
      queueMicrotask(() => {
        if (!this.#isOver) this.#onAbort();
      });
    }
    if (clock !== undefined) {
      this.#stopClock = clock.start(() => {
        this.clear();
        onTimeout();
      });
    } else if (timeout === 0) {
      // Who asks again and again would otherwise keep the runtime from telling anything.
      afterLook(() => {
        if (this.#isOver) return;
        this.clear();
        onTimeout();
      });
    } else if (timeout !== Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => {
        this.clear();
        onTimeout();
      }, timeout);
      if (!holds && canUnref(this.#timer)) this.#timer.unref();
    }
  }

  clear(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#stopClock?.();
    this.limit.signal?.removeEventListener("abort", this.#onAbort);
  }
}

/** Resolves when the time of `limit` is up, 0 that of a look; rejects with its signal's reason. */
export function looked(limit: Limit): Promise<void> {
  return new Promise((resolve, reject) => void new Deadline(limit, resolve, reject));
}

/** How the promise that is being made is settled: one function to catch that serves all. */
let resolveNew: (value: never) => void;
let rejectNew: (reason: unknown) => void;

function catchSettlers(resolve: (value: never) => void, reject: (reason: unknown) => void): void {
  resolveNew = resolve;
  rejectNew = reject;
}

/** A call that waits: its promise, and what ends it early. */
export class Waiter<T> {
  readonly promise: Promise<T>;
  /** The next in its queue. */
  next: this | undefined;
  readonly #resolve: (value: T) => void;
  readonly #reject: (reason: unknown) => void;
  #deadline: Deadline | undefined;

  constructor() {
    this.promise = new Promise(catchSettlers);
    this.#resolve = resolveNew as (value: T) => void;
    this.#reject = rejectNew;
  }

  resolve(value: T): void {
    this.#deadline?.clear();
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    this.#deadline?.clear();
    this.#reject(reason);
  }

  /** It has left its queue, for its time is up or its signal says so. */
  left(): void {}

  /** The signal that ends this call early, if there is one. */
  get signal(): AbortSignal | undefined {
    return this.#deadline?.limit.signal;
  }

  /** Whether this call ends when its time is up. */
  get isTimed(): boolean {
    return this.#deadline !== undefined && this.#deadline.limit.timeout !== Number.POSITIVE_INFINITY;
  }

  /**
   * Starts the clock, in place of the one that runs, if any.
   *
   * @param timedOut Makes the error of a timeout.
   * @param leave Takes this call out of its queue.
   * @param holds Whether the process lives on until the time is up.
   */
  limit(limit: Limit, timedOut: () => unknown, leave: () => void, holds: boolean): void {
    const end = (reason: unknown): void => {
      leave();
      this.#reject(reason);
    };
    this.#deadline?.clear();
    this.#deadline = new Deadline(limit, () => end(timedOut()), end, holds);
  }
}

/** Calls that wait for the same thing, in the order they were made. */
export class WaitQueue<T, W extends Waiter<T>> {
  readonly #keepAlive: KeepAlive | undefined;
  /** The first comes after it: a field less, in thousands of connections that wait. */
  #last: W | undefined;

  /** @param keepAlive Holds the process while calls wait. */
  constructor(keepAlive?: KeepAlive) {
    this.#keepAlive = keepAlive;
  }

  // A method, as what there is of thousands has no getters: on Bun each takes room in the object, as a field does.
  first(): W | undefined {
    return this.#last?.next;
  }

  push(waiter: W, limit: Limit | undefined, timedOut: () => unknown): Promise<T> {
    const last = this.#last ?? waiter;
    waiter.next = last.next ?? waiter;
    last.next = waiter;
    this.#last = waiter;
    this.#keepAlive?.hold();
    if (limit !== undefined) this.#limit(waiter, limit, timedOut);
    return waiter.promise;
  }

  resolveFirst(value: T): void {
    this.#shift()?.resolve(value);
  }

  rejectFirst(reason: unknown): void {
    this.#shift()?.reject(reason);
  }

  /** Limits the calls that wait without a timeout of their own, from now on. */
  limitAll(limit: Limit, timedOut: () => unknown): void {
    for (const waiter of this.#waiters()) {
      if (waiter.isTimed) continue;
      this.#limit(waiter, { ...limit, signal: waiter.signal }, timedOut);
    }
  }

  /** Rejects those for whom there is a reason, and keeps the others. */
  rejectAll(reasonFor: (waiter: W) => unknown): void {
    if (this.#last === undefined) return;
    // Decided while the queue is whole: the reason may depend on who is first.
    const reasons = new Map(this.#waiters().map((waiter) => [waiter, reasonFor(waiter)]));
    for (const [waiter, reason] of reasons) {
      if (reason === undefined) continue;
      this.#leave(waiter);
      waiter.reject(reason);
    }
  }

  // Apart, as in other hot places: a method that makes a function pays for it at every call, also where it makes none.
  #limit(waiter: W, limit: Limit, timedOut: () => unknown): void {
    const leave = (): void => {
      this.#leave(waiter);
      waiter.left();
    };
    waiter.limit(limit, timedOut, leave, this.#keepAlive === undefined);
  }

  #waiters(): W[] {
    const waiters: W[] = [];
    for (let waiter = this.first(); waiter !== undefined; waiter = waiter.next) {
      waiters.push(waiter);
      if (waiter === this.#last) break;
    }
    return waiters;
  }

  #shift(): W | undefined {
    const first = this.first();
    if (first !== undefined) this.#remove(first, this.#last as W);
    return first;
  }

  #leave(leaving: W): void {
    let before = this.#last as W;
    while (before.next !== leaving) before = before.next as W;
    this.#remove(leaving, before);
  }

  #remove(leaving: W, before: W): void {
    if (leaving === before) this.#last = undefined;
    else if (leaving === this.#last) this.#last = before;
    before.next = leaving.next;
    this.#keepAlive?.release();
  }
}
