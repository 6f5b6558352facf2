/** The socket as its user sees it: Berkeley's verbs, as promises. */
import type { Address } from "./address.ts";
import type { AddressFamily, SocketShutdown, SocketState, SocketType, WOULD_BLOCK } from "./constants.ts";
import type { OptionToGet, OptionToSet } from "./options.ts";
import type { Selectable } from "./readiness.ts";

export interface WaitOptions {
  /** Longest wait in milliseconds, 0 to 2147483647, or Infinity. 0 tries once, with what has come by now. Default: no limit. */
  readonly timeout?: number | undefined;
  /** Ends the wait: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A datagram: its bytes, and who sent it. */
export interface Datagram {
  readonly bytes: Uint8Array;
  readonly from: Address;
}

/** A datagram to send. */
export interface Outgoing {
  readonly bytes: Uint8Array;
  readonly to?: Address | undefined;
}

/** What `receiveFrom()` found. */
export interface Received {
  /** How many bytes were put into the buffer; 0 for an empty datagram, or at the end of a stream. */
  readonly byteLength: number;
  /** Who sent them. */
  readonly from: Address;
  /** Whether the datagram was longer than the buffer, or than the runtime hands on. */
  readonly isTruncated: boolean;
}

/**
 * Makes a socket that is not bound or connected yet.
 *
 * It can be extended, for datagrams as `Socket<typeof SocketType.DGRAM>`. What a socket accepts is of its own class, whose
 * constructor is called with family and type.
 *
 * @throws {TypeError} `family` or `type` is none of `AddressFamily` or `SocketType`.
 * @throws {SocketError} `EOPNOTSUPP`: this runtime has no such sockets. `EPROTONOSUPPORT`: `SEQPACKET` that is not Unix.
 *
 * *Runtimes*: `SEQPACKET` is `@omnisock/posix`'s alone. Unix datagram sockets are on Deno alone, and there all datagram sockets need `--unstable-net`.
 *
 * Source: socket(2).
 */
export interface SocketConstructor {
  // One signature, for of several TypeScript extends none.
  new <Type extends SocketType = SocketType>(family: AddressFamily, type: Type): SocketOf<Type>;
  readonly prototype: Socket;
}

/** What a socket of this type is. */
export type SocketOf<Type extends SocketType> = [Type] extends [typeof SocketType.DGRAM] ? DatagramSocket : Socket;

/**
 * An endpoint of communication.
 *
 * A bare verb returns a promise and waits; a verb that begins with `try` is synchronous and returns `WOULD_BLOCK` instead of
 * waiting; `sendAll` and `receiveExactly` loop until all is done. Calls that wait in the same direction are served in the
 * order they were made.
 * Every verb rejects with `SocketError` `EBADF` once the socket is closed, with a `TypeError` for an argument of the wrong
 * type or a buffer that is transferred before it or while it waits, and a `RangeError` for a timeout out of range; a call
 * that timed out or was aborted has consumed nothing.
 *
 * A pending wait keeps the process alive, and so does the moment after it, 10 milliseconds; an idle socket does not.
 */
export interface Socket extends AsyncDisposable, Selectable {
  readonly family: AddressFamily;
  readonly type: SocketType;

  /**
   * Whether bare verbs wait: true at first. When false, they reject with `EAGAIN` where they would wait for more than what has
   * come by now, as with a timeout of 0; only `connect()` and the loops of `for await` wait all the same. What is under way goes on.
   *
   * Source: O_NONBLOCK in fcntl(2); D's `Socket.blocking`.
   */
  blocking: boolean;

  /** This end's address: as the system has it once listening or connected, until then as given to `bind()`, if it was. */
  readonly localAddress: Address | undefined;
  /** The peer's address; undefined while not connected. */
  readonly remoteAddress: Address | undefined;

  /** Where the socket is in its life. */
  readonly state: SocketState;

  /**
   * The bytes received, as a byte stream: reading it is receiving, one chunk at a time, and nothing is read ahead. Cancelling
   * it is `shutdown(RECEIVE)`. A call to receive that fails, also with a timeout, errors the stream for good.
   *
   * @throws {SocketError} `EOPNOTSUPP`: a datagram socket.
   *
   * Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller
   */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;

  /**
   * Sends what is written, with back-pressure; closing it is `shutdown(SEND)`, aborting it `close()`.
   *
   * @throws {SocketError} `EOPNOTSUPP`: a datagram socket.
   *
   * Source: https://streams.spec.whatwg.org/#ws-model
   */
  readonly writable: WritableStream<Uint8Array>;

  /** How many datagrams arrived and were dropped here, for nobody received them in time. The kernel may have dropped more. */
  readonly droppedDatagrams: number;

  /**
   * Names the address to listen on or to connect from.
   *
   * A stream's takes effect with `listen()` or `connect()`: errors such as `EADDRINUSE` surface there, and a host name is
   * looked up then. A datagram socket is bound when the promise resolves, and has its port.
   *
   * @throws {SocketError} `EINVAL`: bound, listening or connected already.
   * @throws {SocketError} `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`: the address is taken, not this machine's, or privileged.
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
   * A client that finds the backlog full waits, and may believe itself connected. Linux resets it if that lasts for some
   * seconds: a server that takes no more clients for long should close its listener instead.
   *
   * *Runtimes*: Bun's kernel backlog is 512, whatever is asked; and too many open files are `EIO` there, not `EMFILE`.
   *
   * Source: listen(2), tcp(7).
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

  /** As `accept()`, but without waiting: `WOULD_BLOCK` when no connection waits. */
  tryAccept(): Connection | typeof WOULD_BLOCK;

  /**
   * Connects to a listening socket. A host name may have several addresses; they are tried in turn.
   *
   * A socket whose connect failed is as before, and may try again. A datagram socket sends to this peer and receives from it
   * alone from then on, also of what came before; nothing is sent to connect it, and it may be connected again.
   *
   * @returns This socket, typed as the connection it has become.
   * @throws {SocketError} `ECONNREFUSED`, `EHOSTUNREACH`, `ENETUNREACH`: nobody listens there, or there is no way to it.
   * @throws {SocketError} `ETIMEDOUT`: the timeout passed, or the system gave up.
   * @throws {SocketError} `ENOTFOUND`: no such host.
   * @throws {SocketError} `EISCONN`, `EALREADY`, `EOPNOTSUPP`: connected (a stream), connecting, or listening.
   * @throws {SocketError} `EAFNOSUPPORT`: the address is of another family.
   * @throws {SocketError} `EINVAL`: a link-local address without its interface: `fe80::1%eth0` has one.
   *
   * *Runtimes*: on Deno a datagram socket takes a link-local address without interface all the same. Bun reports every failure to connect but its own timeout as `ECONNREFUSED`.
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
   * Receives until `into` is full, however many pieces the bytes come in; no other call gets any of them between.
   *
   * A call that timed out consumes nothing: also what had come goes to the next call.
   *
   * @param into Filled from index 0, of any length. Not kept after the promise settles.
   * @returns `into.length`; fewer when the stream ended before that, 0 when it ended before the first byte.
   * @throws {SocketError} As `receive()`, when nothing had come before. `EOPNOTSUPP`: datagrams or packets, which are as long
   * as they are.
   *
   * Source: recv(2), MSG_WAITALL.
   *
   * @example
   * ```ts
   * const header = new Uint8Array(8);
   * if ((await socket.receiveExactly(header)) < header.length) throw new Error("The peer ended within a header");
   * ```
   */
  receiveExactly(into: Uint8Array, options?: WaitOptions): Promise<number>;

  /**
   * As `receive()`, but without waiting.
   *
   * Bytes reach the process between turns of the event loop: a loop of nothing but `tryReceive()` will not see any.
   *
   * @returns Bytes received; 0 at the end of the stream; `WOULD_BLOCK` when nothing is here yet.
   */
  tryReceive(into: Uint8Array): number;

  /**
   * Sends one datagram to an address. A socket that is not bound yet is bound to a port of the system's choice.
   *
   * @returns `bytes.length`: a datagram goes whole or not at all. That it arrives is not said.
   * @throws {SocketError} `EMSGSIZE`: it is longer than a datagram can be.
   * @throws {SocketError} `EAGAIN`: the timeout passed, and it was not sent.
   * @throws {SocketError} `EISCONN`: the socket is connected: `send()` is the verb. `ENOTCONN`: a stream that is not.
   *
   * Source: sendto(2).
   */
  sendTo(bytes: Uint8Array, to: Address, options?: WaitOptions): Promise<number>;

  /**
   * As `sendTo()`, but without waiting: `WOULD_BLOCK` when it could not be sent now. `to` is numeric. The buffer may be reused
   * at once.
   *
   * *Runtimes*: Deno says only later that a datagram was refused: the next call that sends fails with that, unless `SO_ERROR`
   * is asked for before.
   */
  trySendTo(bytes: Uint8Array, to: Address): number;

  /**
   * Receives one datagram and says from whom; what does not fit into `into` is lost, and `isTruncated` says so.
   *
   * @throws {SocketError} `EAGAIN`: the timeout passed.
   * @throws {SocketError} `ECONNREFUSED`: nobody receives at the address that the socket is connected to.
   *
   * Source: recvfrom(2).
   */
  receiveFrom(into: Uint8Array, options?: WaitOptions): Promise<Received>;

  /** As `receiveFrom()`, but without waiting: `WOULD_BLOCK` when nothing is here yet. */
  tryReceiveFrom(into: Uint8Array): Received | typeof WOULD_BLOCK;

  /**
   * What an option is set to; of what the runtime carries, what it says.
   *
   * @throws {SocketError} `ENOPROTOOPT`: no option of this kind of socket, or this runtime cannot tell.
   *
   * Source: getsockopt(2).
   */
  getOption<Value>(option: OptionToGet<Value>): Value;

  /**
   * Sets an option. What is set before the socket is bound, listens or connects is given to it then.
   *
   * @throws {SocketError} `ENOPROTOOPT`: no option of this kind of socket, or this runtime cannot set it, or not to that value.
   * @throws {SocketError} `EINVAL`: it is too late for an option that the socket must be made with.
   * @throws {TypeError | RangeError} The value is of the wrong type, or out of range.
   *
   * Source: setsockopt(2). `docs/options.md` says which runtime has what.
   *
   * @example
   * ```ts
   * socket.setOption(TCP_NODELAY, true);
   * ```
   */
  setOption<Value>(option: OptionToSet<Value>, value: Value): void;

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
   * @returns Resolves when the system has the socket back: a listener's port is free then. On Node and Deno it waits, without
   * limit, until the peer has made room for what the kernel has not taken yet; `SO_LINGER` of 0 drops that.
   *
   * Source: close(2).
   */
  close(): Promise<void>;

  /** Lets calls that wait keep the process alive, as they do at first. */
  ref(): this;

  /** Lets the process end although calls wait, also with a timeout. One that connects or listens just now still does so. */
  unref(): this;

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

/**
 * A socket for datagrams. Iterating it receives them, until it is closed.
 *
 * @example
 * ```ts
 * for await (const { bytes, from } of socket) await socket.sendTo(bytes, from);
 * ```
 */
export interface DatagramSocket extends Socket, AsyncIterable<Datagram> {
  /**
   * Sends several datagrams, in order, in as few calls to the system as the runtime can.
   *
   * @param datagrams Each with where to; none: to the peer that the socket is connected to.
   * @returns How many were sent: fewer than given when one failed, or the time was up, after others went.
   * @throws As `sendTo()` or `send()`, when the first could not be sent.
   *
   * Source: sendmmsg(2).
   */
  sendMany(datagrams: readonly Outgoing[], options?: WaitOptions): Promise<number>;

  /**
   * Receives the datagrams that are here, waiting until there is one.
   *
   * @param most How many at most, 1 or more. Default: all.
   * @returns At least one. Their bytes are the caller's, and some may share a buffer, of 64 KiB at most: mind `byteOffset`, and
   * `slice()` those that are to be kept alone.
   * @throws As `receiveFrom()`.
   *
   * Source: recvmmsg(2).
   */
  receiveMany(most?: number, options?: WaitOptions): Promise<Datagram[]>;
}
