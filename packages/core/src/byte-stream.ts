import type { StreamHandle, StreamSink } from "./adapter.ts";
import { ByteReceiver } from "./byte-receiver.ts";
import { ByteSender } from "./byte-sender.ts";
import type { SocketError, Syscall } from "./errors.ts";
import { Failure } from "./failure.ts";
import { KeepAlive } from "./keep-alive.ts";
import type { Direction, Notified } from "./readiness.ts";
import { Waiter } from "./wait.ts";

/**
 * A connection: the two halves over one handle, and how it ends.
 *
 * There may be thousands that do nothing but wait: what most of them never need is made when it is needed.
 */
export class ByteStream implements StreamSink, Notified {
  readonly handle: StreamHandle;
  readonly receiver: ByteReceiver;
  readonly sender: ByteSender;
  readonly keepAlive: KeepAlive;
  #failure: Failure | undefined;
  #gone: Waiter<void> | undefined;
  /** The connection is no more, and the handle has let go of every buffer. */
  isGone = false;
  #socket: Notified | undefined;

  constructor(handle: StreamHandle) {
    this.handle = handle;
    this.keepAlive = new KeepAlive(handle);
    this.receiver = new ByteReceiver(this);
    this.sender = new ByteSender(this);
  }

  /** Whom to tell when a direction may have become ready. */
  watch(socket: Notified): void {
    this.#socket = socket;
  }

  /** One direction may have become ready. */
  notify(direction: Direction): void {
    this.#socket?.notify(direction);
  }

  /** Whether the connection broke, and no call has said so yet. */
  get hasFailed(): boolean {
    return this.#failure?.isPending ?? false;
  }

  /** What select(2) calls an exceptional condition: urgent data, or an error that nobody has heard of. */
  get isExceptional(): boolean {
    return this.hasFailed || this.handle.isExceptional === true;
  }

  /** Why the connection broke, for the one call that reports it. */
  takeFailure(syscall: Syscall): SocketError | undefined {
    return this.#failure?.take(syscall);
  }

  data(bytes: Uint8Array, owned: boolean): void {
    this.receiver.data(bytes, owned);
  }

  room(): Uint8Array | undefined {
    return this.receiver.room();
  }

  filled(byteLength: number): void {
    this.receiver.filled(byteLength);
  }

  writable(): void {
    this.sender.writable();
  }

  sendFailed(cause: unknown): void {
    this.#fail(cause);
    this.sender.closed();
    this.notify("error");
  }

  end(): void {
    // A call that waits for bytes hears why there are none, if nobody has.
    if (this.hasFailed) this.receiver.closed();
    else this.receiver.end();
  }

  exceptional(): void {
    this.notify("error");
  }

  closed(cause?: unknown): void {
    this.isGone = true;
    if (cause !== undefined) this.#fail(cause);
    this.receiver.closed();
    this.sender.closed();
    this.notify("error");
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
    const isFirst = !this.sender.isClosing;
    if (isFirst) {
      this.keepAlive.hold();
      this.keepAlive.settle();
      const isReset = drop || this.receiver.hasUndelivered();
      this.receiver.close();
      this.sender.close();
      if (!drop && !this.sender.isUsingBuffer) await this.sender.flushed();
      if (isReset) this.handle.reset();
      else this.handle.close();
    }
    if (!this.isGone) {
      this.#gone ??= new Waiter();
      await this.#gone.promise;
    }
    if (!isFirst) return;
    this.keepAlive.release();
    this.keepAlive.settle();
  }

  #fail(cause: unknown): void {
    this.#failure ??= new Failure(this.handle.remote);
    this.#failure.set(cause);
  }
}
