type Timer = ReturnType<typeof setTimeout>;

/** Counts the timers of this process that were started since `watchTimers()` and still run. */
export interface TimerWatch {
  readonly running: number;
  /** Stops counting. Call it whatever happens. */
  restore(): void;
}

/** Watches the timers that anybody in this process starts from now on with the global functions. */
export function watchTimers(): TimerWatch {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const running = new Set<Timer>();
  const clearing =
    (clear: (timer?: Timer) => void) =>
    (timer?: Timer): void => {
      if (timer !== undefined) running.delete(timer);
      clear(timer);
    };
  const started = (timer: Timer): Timer => {
    running.add(timer);
    return timer;
  };
  const watched = {
    setTimeout(call: (...args: unknown[]) => void, delay?: number, ...args: unknown[]): Timer {
      const timer = setTimeout(
        (...given: unknown[]) => {
          running.delete(timer);
          call(...given);
        },
        delay,
        ...args,
      );
      return started(timer);
    },
    setInterval: (...args: Parameters<typeof setInterval>): Timer => started(setInterval(...args)),
    clearTimeout: clearing(clearTimeout),
    clearInterval: clearing(clearInterval),
  };
  Object.assign(globalThis, watched);
  return {
    get running(): number {
      return running.size;
    },
    restore(): void {
      Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval });
    },
  };
}
