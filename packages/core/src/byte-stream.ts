import type { StreamHandle, StreamSink } from "./adapter.ts";
import { ByteReceiver } from "./byte-receiver.ts";
import { ByteSender } from "./byte-sender.ts";
import { Failure } from "./failure.ts";
import { KeepAlive } from "./keep-alive.ts";
import type { Readiness } from "./readiness.ts";
import { Waiter } from "./wait.ts";

/** A connection: the two halves over one handle, and how it ends. */
export class ByteStream implements StreamSink {
  readonly handle: StreamHandle;
  readonly receiver: ByteReceiver;
  readonly sender: ByteSender;
  readonly failure: Failure;
  readonly keepAlive: KeepAlive;
  readonly #gone: Waiter<void> = new Waiter();
  #isClosing = false;
  #readable: Readiness | undefined;
  #writable: Readiness | undefined;
  #failed: Readiness | undefined;

  constructor(handle: StreamHandle) {
    this.handle = handle;
    this.failure = new Failure(handle.remote);
    this.keepAlive = new KeepAlive(handle);
    this.receiver = new ByteReceiver(handle, this.failure, this.keepAlive, () => this.#readable?.notify());
    this.sender = new ByteSender(handle, this.failure, this.keepAlive, () => this.#writable?.notify());
  }

  /** Whom to tell when a direction may have become ready. */
  watch(readable: Readiness, writable: Readiness, failed: Readiness): void {
    this.#readable = readable;
    this.#writable = writable;
    this.#failed = failed;
  }

  data(bytes: Uint8Array, owned: boolean): void {
    this.receiver.data(bytes, owned);
  }

  writable(): void {
    this.sender.writable();
  }

  end(): void {
    this.receiver.end();
  }

  closed(cause?: unknown): void {
    this.failure.set(cause);
    this.receiver.closed();
    this.sender.closed();
    this.#failed?.notify();
    this.#gone.resolve(undefined);
  }

  /**
   * Ends every pending call; what earlier calls sent goes out first.
   *
   * Bytes that nobody received make it a reset, as in C; the runtime sees to those that are in the kernel still.
   *
   * @param drop Resets the connection, and drops what is unsent.
   */
  async close(drop = false): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      this.keepAlive.hold();
      this.keepAlive.settle();
      const isReset = drop || this.receiver.hasUnread;
      this.receiver.close();
      this.sender.close();
      if (!drop && !this.sender.isUsingBuffer) await this.sender.flushed();
      if (isReset) this.handle.reset();
      else this.handle.close();
    }
    await this.#gone.promise;
  }
}
