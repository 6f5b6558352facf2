import { canUnref } from "./timers.ts";

/** How much longer than its calls a socket may keep the process alive, in milliseconds. */
const LINGER = 10;

/** Those that may have nobody waiting any more, and how many of them were not settled since. */
let lingering: KeepAlive[] = [];
let unsettled = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
/** How many keep the process alive. */
let held = 0;

/** Whether the process lives on for a socket. */
export function isAnythingHeld(): boolean {
  return held > 0;
}

/**
 * Keeps the process alive while somebody waits, and a moment longer.
 *
 * Most calls are followed by another: a runtime told about each end of one and each begin would be told so for every message.
 */
export class KeepAlive {
  readonly #handle: { ref(): void; unref(): void };
  #waiting = 0;
  #isEnabled = true;
  /** Whether the handle keeps the process alive, and whether that is to be looked at again soon. */
  #hold: "none" | "held" | "lingering" = "none";

  constructor(handle: { ref(): void; unref(): void }) {
    this.#handle = handle;
  }

  hold(): void {
    this.#waiting++;
    if (this.#hold === "none" && this.#isEnabled) this.#set(true);
  }

  /** As `hold()`; returns its `release()`, or nothing where `unref()` has it that the process may end. */
  holding(): (() => void) | undefined {
    if (!this.#isEnabled) return undefined;
    this.hold();
    return () => this.release();
  }

  release(): void {
    if (--this.#waiting > 0 || this.#hold !== "held") return;
    this.#hold = "lingering";
    lingering.push(this);
    unsettled++;
    if (timer !== undefined) return;
    timer = setTimeout(settleAll, LINGER);
    if (canUnref(timer)) timer.unref();
  }

  /** Whether to keep the process alive at all: what `ref()` and `unref()` choose. */
  enable(isEnabled: boolean): void {
    this.#isEnabled = isEnabled;
    this.settle();
  }

  /** Tells the runtime now whether somebody waits. */
  settle(): void {
    const wasLingering = this.#hold === "lingering";
    this.#set(this.#isEnabled && this.#waiting > 0);
    if (!wasLingering || --unsettled > 0) return;
    lingering = [];
    clearTimeout(timer);
    timer = undefined;
  }

  #set(isHeld: boolean): void {
    const wasHeld = this.#hold !== "none";
    this.#hold = isHeld ? "held" : "none";
    if (isHeld === wasHeld) return;
    held += isHeld ? 1 : -1;
    if (isHeld) this.#handle.ref();
    else this.#handle.unref();
  }
}

function settleAll(): void {
  for (const one of lingering) one.settle();
}
