import type { ListenHandle, ListenSink, StreamHandle, StreamSink } from "./adapter.ts";
import { ByteStream } from "./byte-stream.ts";
import { asSocketError, SocketError } from "./errors.ts";
import { KeepAlive } from "./keep-alive.ts";
import { type Limit, Waiter, WaitQueue } from "./wait.ts";

/** A listener: connections that nobody accepted yet, or calls that wait for one; never both. */
export class ConnectionQueue implements ListenSink {
  readonly handle: ListenHandle;
  readonly keepAlive: KeepAlive;
  readonly #connections: ByteStream[] = [];
  readonly #accepts: WaitQueue<ByteStream, Waiter<ByteStream>>;
  readonly #becameReadable: () => void;
  #isAccepting = false;
  #isClosed = false;
  #closed: Promise<void> | undefined;
  #failure: unknown;

  constructor(handle: ListenHandle, becameReadable: () => void) {
    this.handle = handle;
    this.keepAlive = new KeepAlive(handle);
    this.#accepts = new WaitQueue(this.keepAlive);
    this.#becameReadable = becameReadable;
  }

  /** Whether a call to accept would not wait; when it would, a connection is asked for. */
  get isReadable(): boolean {
    if (this.#connections.length > 0 || this.#failure !== undefined) return true;
    this.#resume();
    return false;
  }

  /** Whether nothing waits here, neither connections nor calls. */
  get isIdle(): boolean {
    return this.#connections.length === 0 && this.#accepts.first() === undefined;
  }

  tryAccept(): ByteStream | undefined {
    const connection = this.#connections.shift();
    if (connection !== undefined) return connection;
    if (this.#failure !== undefined) throw this.#takeFailure();
    this.#resume();
    return undefined;
  }

  /** Limits the calls that wait already. */
  limitWaiting(limit: Limit): void {
    this.#accepts.limitAll(limit, this.#timedOut);
  }

  // No async function: one promise less for each connection.
  accept(limit: Limit | undefined): Promise<ByteStream> {
    try {
      const connection = this.tryAccept();
      if (connection !== undefined) return Promise.resolve(connection);
      return this.#accepts.push(new Waiter(), limit, this.#timedOut);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  connection(handle: StreamHandle): StreamSink {
    const connection = new ByteStream(handle);
    if (this.#isClosed) {
      resetSoon(handle);
      return connection;
    }
    if (this.#accepts.first() === undefined) this.#connections.push(connection);
    else this.#accepts.resolveFirst(connection);
    if (this.#accepts.first() === undefined) this.#pause();
    return connection;
  }

  failed(cause: unknown): void {
    this.#failure = cause;
    this.#pause();
    if (this.#accepts.first() === undefined) return;
    const error = this.#takeFailure();
    this.#accepts.rejectAll(() => error);
  }

  /** Ends every pending call, and resets the connections that nobody accepted, as the kernel does. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    this.#accepts.rejectAll(() => new SocketError("EBADF", "accept"));
    this.keepAlive.settle();
    for (const connection of this.#connections.splice(0)) connection.handle.reset();
    await this.handle.close();
  }

  readonly #timedOut = (): SocketError => new SocketError("EAGAIN", "accept", { at: this.handle.local });

  #resume(): void {
    if (this.#isAccepting) return;
    this.#isAccepting = true;
    this.handle.resume();
  }

  #pause(): void {
    this.#isAccepting = false;
    this.handle.pause();
    // Also where a call took what came: whoever selects asks anew.
    this.#becameReadable();
  }

  #takeFailure(): SocketError {
    const failure = this.#failure;
    this.#failure = undefined;
    return asSocketError(failure, "accept", this.handle.local);
  }
}

function resetSoon(handle: StreamHandle): void {
  queueMicrotask(() => handle.reset());
}
