import type { StreamSink } from "@omnisock/core";
import { StreamBetween } from "./stream-between.ts";

/** How much may wait here, in bytes. */
const MOST_BYTES = 65536;

const NOBODY: StreamSink = {
  data() {},
  room() {},
  filled() {},
  writable() {},
  sendFailed() {},
  end() {},
  exceptional() {},
  closed() {},
};

/**
 * Passes what is written on at the end of the turn, and says that it has passed it on already.
 *
 * That alone nobody can see: the end of the stream and the close wait for it. It gives faults a place to happen.
 */
export class LateStream extends StreamBetween {
  protected waiting: Uint8Array[] = [];
  #afterwards: (() => void) | undefined;
  #isScheduled = false;
  #isGone = false;

  override write(bytes: Uint8Array, lent: boolean): number {
    if (this.#isGone) return this.inner.write(bytes, lent);
    const room = MOST_BYTES - this.waiting.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const taken = bytes.subarray(0, Math.max(0, room));
    if (taken.byteLength > 0) this.waiting.push(this.kept(taken));
    this.#schedule();
    return taken.byteLength;
  }

  override shutdown(): void {
    this.#afterFlush(() => this.inner.shutdown());
  }

  /** As a kernel does, lets go of core at once, and sends what waits though the peer may read it late. */
  override close(): void {
    if (this.waiting.length > 0 && !this.#isGone) {
      const { core } = this;
      queueMicrotask(() => core.closed());
      this.core = NOBODY;
    }
    this.#afterFlush(() => this.inner.close());
  }

  override writable(): void {
    this.#flush();
  }

  override sendFailed(cause: unknown): void {
    this.waiting = [];
    super.sendFailed(cause);
    this.#flush();
  }

  override closed(cause?: unknown): void {
    this.#isGone = true;
    this.waiting = [];
    super.closed(cause);
  }

  /** What waits in place of the caller's bytes. */
  protected kept(bytes: Uint8Array): Uint8Array {
    return bytes.slice();
  }

  /** What waited for the end of the turn, in the order to pass it on. */
  protected ordered(waiting: Uint8Array[]): Uint8Array[] {
    return waiting;
  }

  #afterFlush(call: () => void): void {
    const { waiting } = this;
    if (waiting.length === 0) call();
    else this.#afterwards = call;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.waiting = this.ordered(this.waiting);
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#isGone) return;
    for (let [first] = this.waiting; first !== undefined; [first] = this.waiting) {
      const taken = this.inner.write(first, false);
      if (taken < first.byteLength) {
        this.waiting[0] = first.subarray(taken);
        return;
      }
      this.waiting.shift();
    }
    const afterwards = this.#afterwards;
    this.#afterwards = undefined;
    if (afterwards !== undefined) afterwards();
    this.core.writable();
  }
}
