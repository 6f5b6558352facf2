import type { StreamHandle, StreamSink } from "./adapter.ts";
import { ByteReceiver } from "./byte-receiver.ts";
import { ByteSender } from "./byte-sender.ts";
import { Failure } from "./failure.ts";
import { KeepAlive } from "./keep-alive.ts";
import type { Direction, Readiness } from "./readiness.ts";
import { Waiter } from "./wait.ts";

/** A connection: the two halves over one handle, and how it ends. */
export class ByteStream implements StreamSink {
  readonly handle: StreamHandle;
  readonly receiver: ByteReceiver;
  readonly sender: ByteSender;
  readonly failure: Failure;
  readonly keepAlive: KeepAlive;
  #gone: Waiter<void> | undefined;
  #isGone = false;
  #isClosing = false;
  #readiness: Readiness | undefined;

  constructor(handle: StreamHandle) {
    this.handle = handle;
    this.failure = new Failure(handle.remote);
    this.keepAlive = new KeepAlive(handle);
    this.receiver = new ByteReceiver(handle, this.failure, this.keepAlive, this);
    this.sender = new ByteSender(handle, this.failure, this.keepAlive, this);
  }

  /** Whom to tell when a direction may have become ready. */
  watch(readiness: Readiness): void {
    this.#readiness = readiness;
  }

  /** One direction may have become ready. */
  notify(direction: Direction): void {
    this.#readiness?.notify(direction);
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
    this.notify("error");
    this.#isGone = true;
    this.#gone?.resolve(undefined);
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
    if (this.#isGone) return;
    this.#gone ??= new Waiter();
    await this.#gone.promise;
  }
}
