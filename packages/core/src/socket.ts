/** The socket as its user sees it: Berkeley's verbs, as promises. */
import type { Address } from "./address.ts";
import type { AddressFamily, SocketShutdown, SocketType } from "./constants.ts";

export interface WaitOptions {
  /** Longest wait in milliseconds, 0 to 2147483647, or Infinity. 0 tries once. Default: no limit. */
  readonly timeout?: number | undefined;
  /** Ends the wait: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a socket that is not bound or connected yet.
 *
 * @throws {TypeError} `family` or `type` is none of `AddressFamily` or `SocketType`.
 *
 * Source: socket(2).
 */
export interface SocketConstructor {
  new (family: AddressFamily, type: SocketType): Socket;
  readonly prototype: Socket;
}

/**
 * An endpoint of communication.
 *
 * A bare verb returns a promise and waits; a verb that begins with `try` is synchronous and returns `WOULD_BLOCK` instead of
 * waiting; `sendAll` loops until all is done. Calls that wait in the same direction are served in the order they were made.
 * Every verb rejects with `SocketError` `EBADF` once the socket is closed, with a `TypeError` for an argument of the wrong
 * type and a `RangeError` for a timeout out of range; a call that timed out or was aborted has consumed nothing.
 *
 * A pending wait keeps the process alive; an idle socket does not.
 */
export interface Socket extends AsyncDisposable {
  readonly family: AddressFamily;
  readonly type: SocketType;

  /** This end's address: as the system has it once listening or connected, until then as given to `bind()`, if it was. */
  readonly localAddress: Address | undefined;
  /** The peer's address; undefined while not connected. */
  readonly remoteAddress: Address | undefined;

  /**
   * Names the address to listen on or to connect from.
   *
   * It takes effect with `listen()` or `connect()`: errors such as `EADDRINUSE` surface there. A host name is looked up then.
   *
   * @throws {SocketError} `EINVAL`: bound, listening or connected already.
   * @throws {SocketError} `EAFNOSUPPORT`: the address is of another family.
   *
   * Source: bind(2).
   */
  bind(at: Address): Promise<void>;

  /**
   * Starts taking connections. Without a `bind()` before, on every interface and a port of the system's choice.
   *
   * @param backlog How many connections the kernel keeps waiting for `accept()`, 1 or more; a hint: the kernel has a limit too.
   * @returns This socket, typed as the listener it has become.
   * @throws {SocketError} `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`: the address is taken, not this machine's, or privileged.
   * @throws {SocketError} `EINVAL`: listening or connected already.
   * @throws {RangeError} `backlog` is not a whole number from 1 up.
   *
   * *Runtimes*: Bun's kernel backlog is 512, whatever is asked.
   *
   * Source: listen(2).
   */
  listen(backlog?: number): Promise<Listener>;

  /**
   * Waits for the next connection.
   *
   * @throws {SocketError} `EAGAIN`: the timeout passed.
   * @throws {SocketError} `EINVAL`: this socket is not listening.
   *
   * Source: accept(2).
   */
  accept(options?: WaitOptions): Promise<Connection>;

  /**
   * Connects to a listening socket. A host name may have several addresses; they are tried in turn.
   *
   * A socket whose connect failed is as before, and may try again.
   *
   * @returns This socket, typed as the connection it has become.
   * @throws {SocketError} `ECONNREFUSED`, `EHOSTUNREACH`, `ENETUNREACH`: nobody listens there, or there is no way to it.
   * @throws {SocketError} `ETIMEDOUT`: the timeout passed, or the system gave up.
   * @throws {SocketError} `ENOTFOUND`: no such host.
   * @throws {SocketError} `EISCONN`, `EALREADY`, `EOPNOTSUPP`: connected, connecting, or listening.
   * @throws {SocketError} `EAFNOSUPPORT`: the address is of another family.
   *
   * *Runtimes*: Bun reports every failure to connect but its own timeout as `ECONNREFUSED`.
   *
   * Source: connect(2).
   */
  connect(to: Address, options?: WaitOptions): Promise<Connection>;

  /**
   * Sends bytes, waiting until at least one is taken.
   *
   * The buffer may be reused when the promise settles. A peer that does not read holds the call back.
   *
   * @returns How many bytes were taken, 1 to `bytes.length`; 0 when `bytes` is empty.
   * @throws {SocketError} `EAGAIN`: the timeout passed and nothing was taken.
   * @throws {SocketError} `EPIPE`: the sending side is shut down, or the peer is gone.
   * @throws {SocketError} `ECONNRESET`: the peer reset the connection.
   * @throws {SocketError} `ENOTCONN`: not connected.
   *
   * Source: send(2).
   */
  send(bytes: Uint8Array, options?: WaitOptions): Promise<number>;

  /**
   * As `send()`, but without waiting. The buffer may be reused at once.
   *
   * @returns How many bytes were taken, perhaps fewer than given; `WOULD_BLOCK` when none could be.
   */
  trySend(bytes: Uint8Array): number;

  /**
   * Sends all of `bytes`; no other call's bytes come between.
   *
   * When it fails, how much was sent is not known, as with Python's `sendall`.
   *
   * @throws As `send()`.
   */
  sendAll(bytes: Uint8Array, options?: WaitOptions): Promise<void>;

  /**
   * Receives up to `into.length` bytes, waiting until at least one arrives.
   *
   * A call that timed out consumes nothing: the bytes go to the next call.
   *
   * @param into Filled from index 0. Not kept after the promise settles.
   * @returns Bytes received, 1 to `into.length`; 0 at the end of the stream, or when `into` is empty.
   * @throws {SocketError} `EAGAIN`: the timeout passed.
   * @throws {SocketError} `ECONNRESET`: the peer reset the connection. Bytes that arrived before come first.
   * @throws {SocketError} `ENOTCONN`: not connected.
   *
   * Source: recv(2); end of stream, RFC 9293 section 3.6.
   */
  receive(into: Uint8Array, options?: WaitOptions): Promise<number>;

  /**
   * As `receive()`, but without waiting.
   *
   * Bytes reach the process between turns of the event loop: a loop of nothing but `tryReceive()` will not see any.
   *
   * @returns Bytes received; 0 at the end of the stream; `WOULD_BLOCK` when nothing is here yet.
   */
  tryReceive(into: Uint8Array): number;

  /**
   * Ends one direction or both, when the calls to send that are pending have been served.
   *
   * After `SEND` the peer sees the end of the stream, and sending gives `EPIPE`; after `RECEIVE` receiving gives 0 and what
   * arrives is dropped. A direction that has ended already stays so.
   *
   * @throws {SocketError} `ENOTCONN`: not connected.
   * @throws {TypeError} `how` is none of `SocketShutdown`.
   *
   * Source: shutdown(2).
   */
  shutdown(how: SocketShutdown): Promise<void>;

  /**
   * Closes the socket. Pending calls reject with `EBADF`; closing twice is allowed.
   *
   * What earlier calls reported as sent still goes out. Closing while received bytes are unread resets the connection, as in C.
   *
   * @returns Resolves when the system has the socket back: a listener's port is free then.
   *
   * Source: close(2).
   */
  close(): Promise<void>;

  /** `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A socket that listens. Iterating it accepts connections, until it is closed.
 *
 * @example
 * ```ts
 * for await (const client of await server.listen()) void serve(client);
 * ```
 */
export interface Listener extends Socket, AsyncIterable<Connection> {
  readonly localAddress: Address;
}

/**
 * A socket that is connected. Iterating it gives the bytes as they arrive, until the end of the stream; leaving the loop
 * closes nothing and loses nothing but the chunk in hand.
 *
 * @example
 * ```ts
 * for await (const chunk of client) await client.sendAll(chunk);
 * ```
 */
export interface Connection extends Socket, AsyncIterable<Uint8Array> {
  readonly remoteAddress: Address;
}
