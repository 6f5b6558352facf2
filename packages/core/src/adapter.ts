/**
 * The contract between core and a runtime.
 *
 * Completions go in (the sinks), try-operations come out (the handles). An adapter moves bytes and reports events; queues,
 * readiness, deadlines, back-pressure policy and error vocabulary are core's. No method of a handle or a sink throws or waits.
 */
import type { Address, IpFamily } from "./address.ts";
import type { SocketType } from "./constants.ts";
import type { EarlyOptions, NetworkInterface, OptionClaims, OptionName, OptionSetting } from "./options.ts";

/** Runtime → core: what happened to a connected byte stream. Calls may come as soon as core has the handle. */
export interface StreamSink {
  /** Bytes arrived. They are lent for the duration of the call; `owned` gives them away. */
  data(bytes: Uint8Array, owned: boolean): void;
  /**
   * Where an adapter that reads without waiting may put the next bytes instead, which saves a copy: the buffer of the call
   * that waits. Undefined: none waits, or its buffer is so short that more is better read at once. To be filled before this
   * turn ends, or not at all.
   */
  room(): Uint8Array | undefined;
  /** So many bytes, 1 or more, were put at the start of `room()`. */
  filled(byteLength: number): void;
  /**
   * There is room again, and no bytes given to `write()` are in use any more.
   *
   * Follows every `write()` that took less than all, or after which `draining` was true. Spurious calls do no harm.
   */
  writable(): void;
  /**
   * Nothing can be sent any more, for this reason, and no bytes given to `write()` are in use. What arrived is still there to
   * be read; the handle is open until `close()`.
   */
  sendFailed(cause: unknown): void;
  /** The peer sent its end of stream (FIN). */
  end(): void;
  /** The handle's `isExceptional` may have become true. Only from adapters that know of it. */
  exceptional(): void;
  /**
   * The last call, and it always comes: after `close()` and `reset()`, when the descriptor is given back; and when the
   * connection broke, with the runtime's error in `cause`, whose `code` is from `SocketErrorCode` where the runtime knows it.
   */
  closed(cause?: unknown): void;
}

/**
 * Core → runtime: a connected byte stream. It is born paused, and does not keep the process alive.
 *
 * None of its methods is called before the call that gave it to core has returned.
 */
export interface StreamHandle {
  readonly local: Address;
  readonly remote: Address;
  /** The number of its file descriptor, where the runtime's own API tells it. */
  readonly fd?: number;
  /**
   * Whether what is sent and received are packets: each `data()` is one, and `write()` takes one whole or not at all, and
   * throws the runtime's own error for one that is too long.
   */
  readonly isPacketed?: boolean;
  /**
   * Whether something waits that `select()` has a third set for: urgent data, or an error that nobody has been told. Only where
   * the runtime tells. Source: tcp(7), "urgent data"; poll(2), POLLPRI and POLLERR.
   */
  readonly isExceptional?: boolean;
  /** Whether bytes that `write()` took are still in user space; `writable()` follows. */
  readonly draining: boolean;
  /**
   * Takes bytes to send, in order, and returns how many; 0 when full.
   *
   * However many are offered, it takes no more than it has room for, so that a peer that does not receive holds the sender back.
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
  /** Sets an option that the adapter claims for streams. Throws the runtime's own error. */
  setOption(...setting: OptionSetting): void;
  /** `SO_ERROR` is asked for: tells the sink at once of an error that waits, if one does. Only where the runtime tells. */
  checkError?(): void;
  /** Keeps the process alive from now on. */
  ref(): void;
  unref(): void;
}

/** Core → runtime: a listening socket. It is born paused, and does not keep the process alive before `ref()`. */
export interface ListenHandle {
  readonly local: Address;
  /** The number of its file descriptor, where the runtime's own API tells it. */
  readonly fd?: number;
  /** Asks for `connection()`. */
  resume(): void;
  /** Leaves further connections in the kernel's backlog where the runtime can; elsewhere they still come. */
  pause(): void;
  /**
   * Sets an option that the adapter claims for listeners, or for streams and thus for the connections to come, which are told of
   * it, too. Only where a listener takes options once it listens. Throws the runtime's own error.
   */
  setOption?(...setting: OptionSetting): void;
  /** What the kernel says of an option that the adapter claims with "ask". Only beside `setOption()`. */
  getOption?(name: OptionName): unknown;
  /** Resolves when the address is free for the next socket, without waiting for the connections that core has. Idempotent. */
  close(): Promise<void>;
  ref(): void;
  unref(): void;
}

/** Runtime → core: what happened to a datagram socket. Calls may come as soon as core has the handle. */
export interface DatagramSink {
  /** A datagram arrived, lent for the duration of the call unless `owned`; `isTruncated` when the runtime cut its end off. */
  datagram(bytes: Uint8Array, owned: boolean, from: Address, isTruncated: boolean): void;
  /**
   * There is room again, and no bytes given to `send()` are in use any more; `cause` says why the datagram that was
   * draining could not be sent. Follows every `send()` that returned false, or after which `draining` was true.
   */
  writable(cause?: unknown): void;
  /** Something came back for a datagram sent earlier, such as "port unreachable"; the socket lives on. */
  failed(cause: unknown): void;
  /** As `StreamSink.exceptional()`. */
  exceptional(): void;
  /** An option that `setOption()` took could not be set, which the runtime said only later. */
  refused(option: OptionName, cause: unknown): void;
  /** The last call, after `close()`, or when the socket broke. */
  closed(cause?: unknown): void;
}

/** A datagram that arrived. */
export interface Arrived {
  readonly bytes: Uint8Array;
  readonly from: Address;
  readonly isTruncated: boolean;
}

/** Core → runtime: a bound datagram socket. It does not keep the process alive before `ref()`. */
export interface DatagramHandle {
  readonly local: Address;
  /** The number of its file descriptor, where the runtime's own API tells it. */
  readonly fd?: number;
  /** Whether a datagram that was taken is still in user space; `writable()` follows. */
  readonly draining: boolean;
  /** As `StreamHandle.isExceptional`. */
  readonly isExceptional?: boolean;
  /**
   * Takes one datagram to send; false when it cannot now. `lent` as in `StreamHandle.write()`.
   *
   * The one method that throws: the runtime's own error, when it refuses the datagram at once.
   */
  send(bytes: Uint8Array, to: Address, lent: boolean): boolean;
  /** As `send()`, for several at once; returns how many were taken. Only where the runtime has such a call. */
  sendMany?(datagrams: readonly { readonly bytes: Uint8Array; readonly to: Address }[]): number;
  /**
   * Takes the datagrams that are here, in order, in buffers that are the caller's: at most `most`, or more where the kernel
   * had several in one. None: nothing is here, or other sockets are to have their turn before. Only where the runtime has
   * such a call. Throws the runtime's own error.
   */
  receiveMany?(most: number): readonly Arrived[];
  /** Sets an option that the adapter claims for datagrams. Throws the runtime's own error. */
  setOption(...setting: OptionSetting): void;
  /** As `StreamHandle.checkError()`. */
  checkError?(): void;
  /** What the kernel says of an option that the adapter claims with "ask". */
  getOption?(name: OptionName): unknown;
  /** Sends to this peer from now on. Core filters what is received. */
  connect(to: Address): Promise<void>;
  /** Asks for `datagram()`. */
  resume(): void;
  /** Leaves further datagrams in the kernel where the runtime can; elsewhere they still come. */
  pause(): void;
  close(): void;
  ref(): void;
  unref(): void;
}

export interface BindRequest {
  /** Numeric. */
  readonly at: Address;
  readonly options: EarlyOptions;
}

export interface ConnectRequest {
  /** `STREAM`, or `SEQPACKET` where the adapter claims that. */
  readonly type: SocketType;
  /** Numeric. */
  readonly to: Address;
  /** The address to connect from, numeric; none: the system chooses. */
  readonly from: Address | undefined;
  readonly options: EarlyOptions;
  /** Ends the attempt where the runtime can; `connect()` then rejects, whatever with. */
  readonly signal: AbortSignal;
}

export interface ListenRequest {
  /** As `ConnectRequest.type`. */
  readonly type: SocketType;
  /** Numeric. */
  readonly at: Address;
  readonly backlog: number;
  readonly options: EarlyOptions;
}

/** Runtime → core: what happened to a listening socket. */
export interface ListenSink {
  connection(handle: StreamHandle): StreamSink;
  /** A connection could not be taken, with the runtime's error; the socket listens on. */
  failed(cause: unknown): void;
}

/** What an adapter gives core for a socket. */
export type Handle = StreamHandle | ListenHandle | DatagramHandle;

/** A socket that an adapter has made without being asked: each calls its argument once, as the adapter's own verbs do. */
export type Made =
  | { stream(connected: (handle: StreamHandle) => StreamSink): void }
  | { listener(listening: (handle: ListenHandle) => ListenSink): void }
  | { datagrams(bound: (handle: DatagramHandle) => DatagramSink): void; readonly peer: Address | undefined };

/** What not every runtime can do; an adapter claims what it can, and the suite holds it to that. */
export type Capability =
  /** `reset()`: the peer sees ECONNRESET. It goes with the claim `SO_LINGER: "reset"` of streams, or more. */
  | "reset"
  /** A connection may be made from a chosen local address. */
  | "connect-from"
  /** UDP. */
  | "datagrams"
  /** A connected datagram socket hears that nobody receives at its peer's port. */
  | "datagram-errors"
  /** Unix datagram sockets, with a path or an abstract name. */
  | "unix-datagrams"
  /** Unix stream sockets with a path. */
  | "unix"
  /** Unix sockets that carry packets over a connection. */
  | "seqpacket"
  /** The path of a Unix socket is a file: it can be taken, missing or forbidden. */
  | "unix-files"
  /** Unix stream sockets with an abstract name. */
  | "unix-abstract"
  /** A Unix connection may be made from a chosen path or name. */
  | "unix-connect-from"
  /** `listen(backlog)`: the number is the kernel's. */
  | "backlog"
  /** A paused listener accepts nothing: connections wait in the kernel's backlog until that is full. */
  | "backlog-fills";

/** What a runtime brings. Its promises reject with the runtime's own errors; core turns them into `SocketError`s. */
export interface Adapter {
  /** For messages and reports; nobody branches on it. */
  readonly name: string;
  readonly supports: ReadonlySet<Capability>;
  /** Which options it can carry, of listeners at least `SO_REUSEADDR`. It is never asked for others. */
  readonly options: OptionClaims;
  /** Calls `connected` once, with the connection, and settles. */
  connect(request: ConnectRequest, connected: (handle: StreamHandle) => StreamSink): Promise<void>;
  /** Calls `listening` once, with the listener, and settles. */
  listen(request: ListenRequest, listening: (handle: ListenHandle) => ListenSink): Promise<void>;
  /** Calls `bound` once, with the datagram socket, and settles. */
  bind(request: BindRequest, bound: (handle: DatagramHandle) => DatagramSink): Promise<void>;
  /** The numeric addresses of a host name, in the system's order; core knows the codes that the runtimes reject with. */
  resolve(host: string, family: IpFamily): Promise<readonly string[]>;
  /** The name of a numeric address without zone, as the system has it. */
  reverse(address: string): Promise<string>;
  /** What DNS says that `host` is an alias of: the CNAME records. */
  aliases(host: string): Promise<readonly string[]>;
  /** The network interfaces of this machine, an entry an address. */
  interfaces(): readonly NetworkInterface[];
}
