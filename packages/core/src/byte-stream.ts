import type { StreamHandle, StreamSink } from "./adapter.ts";
import { ByteReceiver } from "./byte-receiver.ts";
import { ByteSender } from "./byte-sender.ts";
import { Failure } from "./failure.ts";
import { KeepAlive, Waiter } from "./wait.ts";

/** A connection: the two halves over one handle, and how it ends. */
export class ByteStream implements StreamSink {
  readonly handle: StreamHandle;
  readonly receiver: ByteReceiver;
  readonly sender: ByteSender;
  readonly #failure: Failure;
  readonly #keepAlive: KeepAlive;
  readonly #gone: Waiter<void> = new Waiter();
  #isClosing = false;

  constructor(handle: StreamHandle) {
    this.handle = handle;
    this.#failure = new Failure(handle.remote);
    this.#keepAlive = new KeepAlive(handle);
    this.receiver = new ByteReceiver(handle, this.#failure, this.#keepAlive);
    this.sender = new ByteSender(handle, this.#failure, this.#keepAlive);
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
    this.#failure.set(cause);
    this.receiver.closed();
    this.sender.closed(this.#isClosing);
    this.#gone.resolve(undefined);
  }

  /** Ends every pending call; what earlier calls sent goes out first. */
  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      this.#keepAlive.hold();
      this.receiver.close();
      this.sender.close();
      if (!this.sender.isUsingBuffer) await this.sender.flushed();
      this.handle.close();
    }
    await this.#gone.promise;
  }
}
