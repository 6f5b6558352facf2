import { canUnref } from "./timers.ts";

/** How much longer than its calls a socket may keep the process alive that nothing else does, in milliseconds. */
const LINGER = 10;

/** Of who does not keep the process alive, and of who does and does not linger: no index. */
const FREE = -2;
const HELD = -1;

/** Those that nobody may wait on any more: a call since may have changed that. A `Set` would take Deno a tenth of a connection's time. */
const lingering: KeepAlive[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
/** How many keep the process alive, those among them. */
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
  /** `FREE`, `HELD`, or its index among those that linger, which keep the process alive until it is looked at again whether to. */
  #place = FREE;

  constructor(handle: { ref(): void; unref(): void }) {
    this.#handle = handle;
  }

  hold(): void {
    this.#waiting++;
    if (this.#place === FREE && this.#isEnabled) this.#set(true);
  }

  /** As `hold()`; returns its `release()`, or nothing where `unref()` has it that the process may end. */
  holding(): (() => void) | undefined {
    if (!this.#isEnabled) return undefined;
    this.hold();
    return () => this.release();
  }

  release(): void {
    if (--this.#waiting > 0 || this.#place !== HELD) return;
    this.#place = lingering.push(this) - 1;
    settleLater();
  }

  /** Whether to keep the process alive at all: what `ref()` and `unref()` choose. */
  enable(isEnabled: boolean): void {
    this.#isEnabled = isEnabled;
    this.settle();
  }

  /** Tells the runtime now whether somebody waits. */
  settle(): void {
    if (this.#place >= 0) this.#leave();
    this.#set(this.#isEnabled && this.#waiting > 0);
    settleLater();
  }

  #leave(): void {
    const last = lingering.pop() as KeepAlive;
    if (last !== this) {
      lingering[this.#place] = last;
      last.#place = this.#place;
    }
    this.#place = HELD;
  }

  #set(isHeld: boolean): void {
    if (isHeld === (this.#place !== FREE)) return;
    this.#place = isHeld ? HELD : FREE;
    held += isHeld ? 1 : -1;
    if (isHeld) this.#handle.ref();
    else this.#handle.unref();
  }
}

/**
 * Has those that linger settled, when nothing else keeps the process alive: in a server, its listener does. A timer costs each
 * turn of the event loop until it fires; on Deno a microsecond.
 */
function settleLater(): void {
  if (lingering.length === 0) {
    clearTimeout(timer);
    timer = undefined;
  } else if (lingering.length === held && timer === undefined) {
    timer = setTimeout(settleAll, LINGER);
    if (canUnref(timer)) timer.unref();
  }
}

function settleAll(): void {
  for (let last = lingering.at(-1); last !== undefined; last = lingering.at(-1)) last.settle();
}
