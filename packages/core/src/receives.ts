/** Calls to receive that wait: what each makes of the bytes that arrive. */

import { bufferGone } from "./buffer-gone.ts";
import { copyOf } from "./copy-of.ts";
import { Waiter, type WaitQueue } from "./wait.ts";

const NOTHING = new Uint8Array(0);
/** Into a buffer of less, what is here is copied: read one by one, short ones would cost a call to the system each. */
const LEAST_ROOM_BYTES = 4096;

type Receives = WaitQueue<number | Uint8Array, Receive>;

export abstract class Receive extends Waiter<number | Uint8Array> {
  /**
   * Takes what it is for, as the first of `receives`, and leaves them when it has enough.
   *
   * @param owned Whether the bytes stay as they are when this returns.
   * @returns What it did not take.
   */
  abstract take(bytes: Uint8Array, owned: boolean, receives: Receives): Uint8Array;

  /** Where its next bytes may be put, told by `fill()`; undefined where they are better taken. */
  room(): Uint8Array | undefined {
    return undefined;
  }

  /** So many bytes were put in its room: leaves `receives` when it has enough. */
  fill(_byteLength: number, _receives: Receives): void {}

  /** How many bytes it has been given already. */
  given(): number {
    return 0;
  }

  /** Nothing more comes: leaves `receives` with what it has been given. */
  end(receives: Receives): void {
    receives.resolveFirst(0);
  }
}

/** Receives what comes next, as far as a buffer has room. */
export class ReceiveInto extends Receive {
  readonly #into: Uint8Array;

  constructor(into: Uint8Array) {
    super();
    this.#into = into;
  }

  take(bytes: Uint8Array, _owned: boolean, receives: Receives): Uint8Array {
    const room = this.#into.byteLength;
    if (bytes.byteLength <= room) {
      this.#into.set(bytes);
      receives.resolveFirst(bytes.byteLength);
      return NOTHING;
    }
    // There was room when the call was made.
    if (room === 0) {
      receives.rejectFirst(bufferGone());
      return bytes;
    }
    this.#into.set(bytes.subarray(0, room));
    receives.resolveFirst(room);
    return bytes.subarray(room);
  }

  override room(): Uint8Array | undefined {
    return this.#into.byteLength < LEAST_ROOM_BYTES ? undefined : this.#into;
  }

  override fill(byteLength: number, receives: Receives): void {
    receives.resolveFirst(byteLength);
  }
}

/** Receives what comes next, all of it. */
export class ReceiveChunk extends Receive {
  take(bytes: Uint8Array, owned: boolean, receives: Receives): Uint8Array {
    receives.resolveFirst(owned ? bytes : copyOf(bytes));
    return NOTHING;
  }
}

/** Receives until a buffer is full. */
export class ReceiveExactly extends Receive {
  readonly #into: Uint8Array;
  readonly #length: number;
  readonly #giveBack: (bytes: Uint8Array) => void;
  #filled: number;

  /**
   * @param filled How many bytes are in `into` already.
   * @param giveBack Given what had come, when the call's time is up: it has consumed nothing.
   */
  constructor(into: Uint8Array, filled: number, giveBack: (bytes: Uint8Array) => void) {
    super();
    this.#into = into;
    this.#length = into.byteLength;
    this.#filled = filled;
    this.#giveBack = giveBack;
  }

  take(bytes: Uint8Array, _owned: boolean, receives: Receives): Uint8Array {
    if (this.#isGone()) {
      receives.rejectFirst(bufferGone());
      return bytes;
    }
    const part = bytes.subarray(0, this.#length - this.#filled);
    this.#into.set(part, this.#filled);
    this.fill(part.byteLength, receives);
    return bytes.subarray(part.byteLength);
  }

  override room(): Uint8Array | undefined {
    if (this.#isGone() || this.#length - this.#filled < LEAST_ROOM_BYTES) return undefined;
    // To where it ended when the call was made: it may have grown.
    return this.#into.subarray(this.#filled, this.#length);
  }

  override fill(byteLength: number, receives: Receives): void {
    this.#filled += byteLength;
    if (this.#filled === this.#length) receives.resolveFirst(this.#filled);
  }

  override given(): number {
    return this.#filled;
  }

  override end(receives: Receives): void {
    if (this.#isGone()) receives.rejectFirst(bufferGone());
    else receives.resolveFirst(this.#filled);
  }

  override left(): void {
    if (!this.#isGone()) this.#giveBack(copyOf(this.#into.subarray(0, this.#filled)));
  }

  #isGone(): boolean {
    return this.#into.byteLength < this.#length;
  }
}
