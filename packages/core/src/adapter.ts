/**
 * The contract between core and a runtime.
 *
 * Completions go in (the sinks), try-operations come out (the handles). An adapter moves bytes and reports events; queues,
 * readiness, deadlines, back-pressure policy and error vocabulary are core's. No method of a handle or a sink throws or waits.
 */
import type { Address } from "./address.ts";
import type { AddressFamily } from "./constants.ts";

/** Runtime → core: what happened to a connected byte stream. Calls may come as soon as core has the handle. */
export interface StreamSink {
  /** Bytes arrived. They are lent for the duration of the call; `owned` gives them away. */
  data(bytes: Uint8Array, owned: boolean): void;
  /**
   * There is room again, and no bytes given to `write()` are in use any more.
   *
   * Follows every `write()` that took less than all, or after which `draining` was true. Spurious calls do no harm.
   */
  writable(): void;
  /** The peer sent its end of stream (FIN). */
  end(): void;
  /**
   * The last call, and it always comes: after `close()` and `reset()`, when the descriptor is given back; and when the
   * connection broke, with the runtime's error in `cause`, whose `code` is from `SocketErrorCode` where the runtime knows it.
   */
  closed(cause?: unknown): void;
}

/** Core → runtime: a connected byte stream. It is born paused, and does not keep the process alive. */
export interface StreamHandle {
  readonly local: Address;
  readonly remote: Address;
  /** Whether bytes that `write()` took are still in user space; `writable()` follows. */
  readonly draining: boolean;
  /**
   * Takes bytes to send, in order, and returns how many; 0 when full.
   *
   * With `lent`, the handle may go on reading `bytes` while `draining` is true; without it, it copies what it must keep.
   */
  write(bytes: Uint8Array, lent: boolean): number;
  /** Sends the end of stream. Called once, when nothing is draining. */
  shutdown(): void;
  /** Asks for `data()` and `end()`. */
  resume(): void;
  /** Leaves further bytes in the kernel; one or two `data()` may still come. */
  pause(): void;
  /** Gives the descriptor back, and with it the bytes still draining. Idempotent, also after `closed()`. */
  close(): void;
  /** As `close()`, but the peer sees a reset, where the runtime can. */
  reset(): void;
  /** Keeps the process alive from now on. */
  ref(): void;
  unref(): void;
}

/** Core → runtime: a listening socket. It is born paused, and does not keep the process alive before `ref()`. */
export interface ListenHandle {
  readonly local: Address;
  /** Asks for `connection()`. */
  resume(): void;
  /** Leaves further connections in the kernel's backlog where the runtime can; elsewhere they still come. */
  pause(): void;
  /** Resolves when the address is free for the next socket. Idempotent. */
  close(): Promise<void>;
  ref(): void;
  unref(): void;
}

export interface ConnectRequest {
  /** Numeric. */
  readonly to: Address;
  /** The address to connect from, numeric; none: the system chooses. */
  readonly from: Address | undefined;
  /** Ends the attempt where the runtime can; `connect()` then rejects, whatever with. */
  readonly signal: AbortSignal;
}

export interface ListenRequest {
  /** Numeric. */
  readonly at: Address;
  readonly backlog: number;
}

/** Runtime → core: what happened to a listening socket. */
export interface ListenSink {
  connection(handle: StreamHandle): StreamSink;
  /** A connection could not be taken, with the runtime's error; the socket listens on. */
  failed(cause: unknown): void;
}

/** What not every runtime can do; an adapter claims what it can, and the suite holds it to that. */
export type Capability =
  /** `reset()`: the peer sees ECONNRESET. */
  | "reset"
  /** A connection may be made from a chosen local address. */
  | "connect-from"
  /** `listen(backlog)`: the number is the kernel's. */
  | "backlog";

/** What a runtime brings. Its promises reject with the runtime's own errors; core turns them into `SocketError`s. */
export interface Adapter {
  /** For messages and reports; nobody branches on it. */
  readonly name: string;
  readonly supports: ReadonlySet<Capability>;
  /** Calls `connected` once, with the connection, and settles. */
  connect(request: ConnectRequest, connected: (handle: StreamHandle) => StreamSink): Promise<void>;
  /** Calls `listening` once, with the listener, and settles. */
  listen(request: ListenRequest, listening: (handle: ListenHandle) => ListenSink): Promise<void>;
  /** The numeric addresses of a host name, in the system's order; rejects with code `ENOTFOUND` when there is none. */
  resolve(host: string, family: AddressFamily): Promise<readonly string[]>;
}
