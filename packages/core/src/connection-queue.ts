import type { ListenHandle, ListenSink, StreamHandle, StreamSink } from "./adapter.ts";
import { ByteStream } from "./byte-stream.ts";
import { asSocketError, SocketError } from "./errors.ts";
import { KeepAlive, type Limit, Waiter, WaitQueue } from "./wait.ts";

/** A listener: connections that nobody accepted yet, or calls that wait for one; never both. */
export class ConnectionQueue implements ListenSink {
  readonly handle: ListenHandle;
  readonly #connections: ByteStream[] = [];
  readonly #accepts: WaitQueue<ByteStream, Waiter<ByteStream>>;
  #isAccepting = false;
  #failure: unknown;

  constructor(handle: ListenHandle) {
    this.handle = handle;
    this.#accepts = new WaitQueue(new KeepAlive(handle));
  }

  accept(limit: Limit | undefined): Promise<ByteStream> {
    const connection = this.#connections.shift();
    if (connection !== undefined) return Promise.resolve(connection);
    if (this.#failure !== undefined) return Promise.reject(this.#takeFailure());
    if (!this.#isAccepting) {
      this.#isAccepting = true;
      this.handle.resume();
    }
    const timedOut = (): SocketError => new SocketError("EAGAIN", "accept", { at: this.handle.local });
    if (limit?.timeout === 0) return Promise.reject(timedOut());
    return this.#accepts.push(new Waiter(), limit, timedOut);
  }

  connection(handle: StreamHandle): StreamSink {
    const connection = new ByteStream(handle);
    if (this.#accepts.first === undefined) this.#connections.push(connection);
    else this.#accepts.resolveFirst(connection);
    if (this.#accepts.first === undefined) this.#pause();
    return connection;
  }

  failed(cause: unknown): void {
    this.#failure = cause;
    this.#pause();
    if (this.#accepts.first === undefined) return;
    const error = this.#takeFailure();
    this.#accepts.rejectAll(() => error);
  }

  /** Ends every pending call, and resets the connections that nobody accepted, as the kernel does. */
  async close(): Promise<void> {
    this.#accepts.rejectAll(() => new SocketError("EBADF", "accept"));
    for (const connection of this.#connections.splice(0)) connection.handle.reset();
    await this.handle.close();
  }

  #pause(): void {
    this.#isAccepting = false;
    this.handle.pause();
  }

  #takeFailure(): SocketError {
    const failure = this.#failure;
    this.#failure = undefined;
    return asSocketError(failure, "accept", this.handle.local);
  }
}
