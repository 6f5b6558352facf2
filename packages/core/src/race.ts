/** Attempts of which the first to succeed wins, started one after the other. Source: RFC 8305 section 5. */

/** How long an attempt has before the next one starts beside it, in milliseconds: RFC 8305's "Connection Attempt Delay". */
export const STAGGER = 250;

/** The contest: lanes of candidates that are taken in turns, and the attempts under way. */
export class Race<C, T> {
  readonly #attempt: (candidate: C, signal: AbortSignal) => Promise<T>;
  readonly #lose: (late: T) => void;
  readonly #stagger: number;
  readonly #lanes: C[][];
  readonly #running: Set<AbortController> = new Set();
  readonly #result: PromiseWithResolvers<T> = withResolvers();
  #nextLane = 0;
  #expected: number;
  /** Why a lane has no candidates, and why the last attempt failed. */
  #reason: unknown;
  #failure: unknown;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /**
   * @param attempt Tries one candidate until it succeeds, fails, or the signal says that it is not wanted any more.
   * @param lose Puts away the result of an attempt that succeeded too late.
   * @param stagger Milliseconds from one attempt to the next; Infinity: only after it failed.
   * @param lanes How many calls of `enter()` are to come.
   */
  constructor(
    attempt: (candidate: C, signal: AbortSignal) => Promise<T>,
    lose: (late: T) => void,
    stagger: number,
    lanes: number,
  ) {
    this.#attempt = attempt;
    this.#lose = lose;
    this.#stagger = stagger;
    this.#lanes = Array.from({ length: lanes }, () => []);
    this.#expected = lanes;
  }

  /** Brings a lane's candidates, once for each lane; of none, `failure` says why, also for the lanes before. */
  enter(lane: number, candidates: readonly C[], failure?: unknown): void {
    this.#expected--;
    this.#reason = failure ?? this.#reason;
    this.#lanes[lane] = [...candidates];
    // While the timer runs, the newcomers wait for their turn.
    const hasTurn = this.#timer === undefined && this.#stagger !== Number.POSITIVE_INFINITY;
    if (hasTurn || this.#running.size === 0) this.#next();
  }

  /** Settles with the first success, or with why the last attempt failed. @param signal Ends the race. */
  async result(signal: AbortSignal): Promise<T> {
    const abort = (): void => {
      this.#end(() => this.#result.reject(signal.reason));
    };
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await this.#result.promise;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  #next(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isOver) return;
    const candidate = this.#take();
    if (candidate !== undefined) {
      void this.#run(candidate);
      if (this.#stagger !== Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#next(), this.#stagger);
    } else if (this.#running.size === 0 && this.#expected === 0) {
      this.#end(() => this.#result.reject(this.#failure ?? this.#reason));
    }
  }

  #take(): C | undefined {
    for (let tried = 0; tried < this.#lanes.length; tried++) {
      const lane = this.#lanes[this.#nextLane] as C[];
      this.#nextLane = (this.#nextLane + 1) % this.#lanes.length;
      if (lane.length > 0) return lane.shift();
    }
    return undefined;
  }

  async #run(candidate: C): Promise<void> {
    const attempt = new AbortController();
    this.#running.add(attempt);
    try {
      const result = await this.#attempt(candidate, attempt.signal);
      this.#running.delete(attempt);
      if (this.#isOver) this.#lose(result);
      else this.#end(() => this.#result.resolve(result));
    } catch (failure) {
      this.#running.delete(attempt);
      if (this.#isOver) return;
      this.#failure = failure;
      this.#next();
    }
  }

  #end(settle: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    settle();
    for (const loser of this.#running) loser.abort(new Error("This attempt is not wanted any more"));
  }
}

/** `Promise.withResolvers()`, which Node 20 does not have. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T | PromiseLike<T>) => void;
  let reject!: (reason?: unknown) => void;
  const promise = new Promise<T>((resolvePromise, rejectPromise) => {
    resolve = resolvePromise;
    reject = rejectPromise;
  });
  return { promise, resolve, reject };
}
