import { atEndOfTurn } from "./end-of-turn.ts";
import { type Direction, type ReadinessSource, type Selectable, selectable } from "./readiness.ts";
import type { WaitOptions } from "./socket.ts";
import { SocketSet } from "./socket-set.ts";
import { Deadline, type Limit, leftOf, limitOf, Waiter } from "./wait.ts";

/** What `select()` watches in one direction; an array keeps only the ready ones, null stands for nothing. */
export type Selection = SocketSet | Selectable[] | null | undefined;

/**
 * Waits until something is ready: until an operation, called once, would not have to wait.
 *
 * A listener is readable when a connection waits, a connecting socket writable when it is connected; the end of the stream,
 * an error and a closed socket are readable and writable, for the call reports them at once. In the third selection stand
 * sockets that broke and have not told anybody yet, and, where the adapter knows of it, those with urgent data to receive.
 * After it the sets and arrays hold what is ready: nothing where the time was up, or the call aborted.
 *
 * An array is scanned at each call; a `SocketSet` that is kept costs what is ready, however many it watches. It may be in
 * several calls at once, all in one direction, and holds what the last of them found.
 *
 * Waiting keeps the process alive as long as one of the sockets is to, and until the timeout passed.
 *
 * @param options.timeout Longest wait in milliseconds; 0 only looks at what has come by now.
 * @returns How many are ready, over all three; 0 when the timeout passed.
 * @throws {TypeError} A selection is none, holds what cannot be watched, or is a `SocketSet` in two directions at once.
 * @throws The signal's reason, when it is aborted.
 *
 * *Runtimes*: Node and Deno hear of a reset only as they receive or send: there the third selection alone does not wake up for it.
 * `omnisock/posix` asks the kernel.
 *
 * Source: select(2); D's `Socket.select`; Python's `select.select`.
 *
 * @example
 * ```ts
 * const readable = new SocketSet([listener]);
 * if ((await select(readable, null, null, { timeout: 5000 })) === 0) console.log("Select timed out.");
 * else if (readable.isSet(listener)) await listener.accept();
 * ```
 */
export async function select(
  read: Selection,
  write?: Selection,
  error?: Selection,
  options?: WaitOptions,
): Promise<number> {
  const limit = limitOf(options);
  const selections: Watched[] = [];
  const collect = (): number => selections.reduce((sum, { set }) => sum + set.collect(), 0);
  try {
    for (const [direction, selection] of [
      ["read", read],
      ["write", write],
      ["error", error],
    ] as const) {
      const watched = watchedIn(direction, selection);
      if (watched !== undefined) selections.push(watched);
    }
    let count = collect();
    if (count > 0 && !isFirstOfTurn()) {
      await new Promise<void>(atEndOfTurn);
      count = collect();
    }
    let isLate = false;
    const started = performance.now();
    while (count === 0 && !isLate) {
      const { promise, stop } = wait(selections, leftOf(limit, started));
      try {
        isLate = await promise;
      } finally {
        stop();
      }
      count = collect();
    }
    return count;
  } finally {
    for (const { finish } of selections) finish();
  }
}

/** Waits until somebody may have become ready, or the time is up: whether it is. Call `stop()` in any case. */
function wait(selections: readonly Watched[], limit: Limit | undefined): { promise: Promise<boolean>; stop(): void } {
  const woken = new Waiter<boolean>();
  const stops = selections.map(({ set }) => set.wait(() => woken.resolve(false)));
  const deadline =
    limit &&
    new Deadline(
      limit,
      () => woken.resolve(true),
      (reason) => woken.reject(reason),
    );
  const stop = (): void => {
    deadline?.clear();
    for (const stopOne of stops) stopOne();
  };
  return { promise: woken.promise, stop };
}

let hasSelected = false;

/**
 * Whether no other selection was ready at once in this turn of the event loop.
 *
 * The runtime looks at its sockets between turns: a loop that always finds one of them ready would never see the others.
 */
function isFirstOfTurn(): boolean {
  if (hasSelected) return false;
  hasSelected = true;
  atEndOfTurn(() => {
    hasSelected = false;
  });
  return true;
}

interface Watched {
  readonly set: SocketSet;
  /** Called when the selection is over. */
  readonly finish: () => void;
}

function watchedIn(direction: Direction, selection: Selection): Watched | undefined {
  if (selection === null || selection === undefined) return undefined;
  if (selection instanceof SocketSet) return { set: selection, finish: selection.use(direction) };
  if (!Array.isArray(selection))
    throw new TypeError(`A selection is an array or a SocketSet, not ${String(selection)}`);
  const set = new SocketSet(selection);
  set.use(direction);
  const finish = (): void => {
    selection.splice(0, selection.length, ...set);
    set.reset();
  };
  return { set, finish };
}

/**
 * Something for `select()` that becomes readable when a promise settles: a timer, an answer, the next chunk of standard input.
 *
 * @example
 * ```ts
 * const keyboard = readyWhen(lines.next());
 * await select([socket, keyboard]);
 * ```
 */
export function readyWhen(promise: PromiseLike<unknown>): Selectable {
  let isSettled = false;
  const watchers = new Set<() => void>();
  const settled = (): void => {
    isSettled = true;
    for (const changed of watchers) changed();
  };
  promise.then(settled, settled);
  const source: ReadinessSource = {
    poll: () => isSettled,
    watch: (changed) => void watchers.add(changed),
    unwatch: (changed) => void watchers.delete(changed),
  };
  return { [selectable]: () => source };
}
