import type { Address } from "./address.ts";
import { AddressFamily } from "./constants.ts";

/**
 * The codes a `SocketError` can carry: name, number, meaning.
 *
 * The numbers are Linux's on every platform, so that programs compare alike everywhere; `ENOTFOUND` and `EAI_…`,
 * which are no errno values, have libuv's.
 *
 * Source: errno(3), getaddrinfo(3).
 */
const CODES = {
  EACCES: [13, "permission denied"],
  EADDRINUSE: [98, "another socket has this address"],
  EADDRNOTAVAIL: [99, "this machine does not have that address"],
  EAFNOSUPPORT: [97, "the address is not of the socket's family"],
  EAGAIN: [11, "it would have had to wait longer"],
  EALREADY: [114, "a connect is under way already"],
  EAI_AGAIN: [3001, "the name server did not answer"],
  EAI_SERVICE: [3010, "no such service"],
  EAI_SOCKTYPE: [3011, "no such type of socket with that protocol"],
  EBADF: [9, "the socket is closed"],
  ECONNABORTED: [103, "the connection was aborted"],
  ECONNREFUSED: [111, "nothing is listening there"],
  ECONNRESET: [104, "the peer reset the connection"],
  EHOSTUNREACH: [113, "no route to the host"],
  EINPROGRESS: [115, "the connection is being made: it is there when the socket is writable"],
  EINVAL: [22, "the socket is not in a state for this"],
  EIO: [5, "the runtime reported an error of its own: see `cause`"],
  EISCONN: [106, "the socket is connected already"],
  ELOOP: [40, "too many symbolic links in the path"],
  EDESTADDRREQ: [89, "no address to send to: use sendTo(), or connect() first"],
  EMSGSIZE: [90, "the datagram is too long"],
  EMFILE: [24, "this process has too many open files"],
  ENAMETOOLONG: [36, "the path of a Unix socket has at most 107 bytes"],
  ENETDOWN: [100, "the network interface is down"],
  ENETUNREACH: [101, "no route to the network"],
  ENFILE: [23, "the system has too many open files"],
  ENOBUFS: [105, "the system has no room for it"],
  ENODEV: [19, "no such network interface"],
  ENOENT: [2, "no such file or directory"],
  ENOMEM: [12, "the system has no memory for it"],
  ENOPROTOOPT: [92, "not possible here: the runtime, or this kind of socket, has no such option or value"],
  ENOTCONN: [107, "the socket is not connected"],
  ENOTDIR: [20, "a part of the path is no directory"],
  ENOTFOUND: [3008, "no such host"],
  EOPNOTSUPP: [95, "not supported here"],
  EPERM: [1, "not permitted"],
  EPIPE: [32, "the sending side is shut down, or the peer is gone"],
  EPROTONOSUPPORT: [93, "the system has no such protocol"],
  EPROTOTYPE: [91, "the socket there is of another type"],
  EROFS: [30, "the file system is read-only"],
  ETIMEDOUT: [110, "no answer in time"],
} as const;

export type SocketErrorCode = keyof typeof CODES;

/** The system call that a failed verb stands for, and how a message names it. */
const SYSCALLS = {
  socket: "create the socket",
  bind: "bind to",
  listen: "listen on",
  accept: "accept on",
  connect: "connect to",
  getaddrinfo: "find",
  getnameinfo: "find the name of",
  send: "send to",
  recv: "receive on",
  shutdown: "shut down",
  getsockname: "tell the local address",
  getpeername: "tell the peer's address",
  sockaddr: "make the address",
  getsockopt: "get",
  setsockopt: "set",
} as const;

export type Syscall = keyof typeof SYSCALLS;

export interface SocketErrorOptions {
  /** The address or the host that the call was about. */
  readonly at?: Address | string | undefined;
  /** The option that the call was about. */
  readonly option?: string | undefined;
  /** The runtime's own error. */
  readonly cause?: unknown;
}

/**
 * What went wrong on a socket, in the same words on every runtime.
 *
 * A caller's mistake (a wrong type, a value out of range) is a `TypeError` or `RangeError` instead.
 *
 * @example
 * ```ts
 * try {
 *   await socket.connect(new InternetAddress("127.0.0.1", 9));
 * } catch (error) {
 *   if (error instanceof SocketError && error.code === "ECONNREFUSED") console.log("Is the server running?");
 * }
 * ```
 */
export class SocketError extends Error {
  override readonly name = "SocketError";
  /** The symbolic error, such as `"ECONNREFUSED"`: what programs compare. */
  readonly code: SocketErrorCode;
  /** The number of `code`, positive: Linux's on every platform; of `ENOTFOUND` and `EAI_…`, which are no errno values, libuv's. */
  readonly errno: number;
  /** The system call that the failed verb stands for, such as `"connect"`. */
  readonly syscall: Syscall;
  /** The host or the path that the call was about, where there is one. */
  readonly address: string | undefined;
  /** The port that the call was about, where there is one. */
  readonly port: number | undefined;
  /** The option that the call was about, such as `"SO_LINGER"`, where there is one. */
  readonly option: string | undefined;

  constructor(code: SocketErrorCode, syscall: Syscall, options: SocketErrorOptions = {}) {
    const { at, cause, option } = options;
    const [errno, meaning] = CODES[code];
    const address = typeof at === "string" ? at : at?.host;
    // A name is looked up whatever the port.
    const about = option ?? (syscall === "getaddrinfo" ? address : at);
    const what = about === undefined ? SYSCALLS[syscall].replace(/ (to|on)$/, "") : `${SYSCALLS[syscall]} ${about}`;
    super(`Cannot ${what}: ${code} (${meaning})`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
    this.address = address;
    this.port = portOf(at);
    this.option = option;
  }

  /** Whether the call failed only because it would have had to wait: `EAGAIN`, as D's `wouldHaveBlocked()`. */
  get wouldBlock(): boolean {
    return this.code === "EAGAIN";
  }
}

/** For adapters: a runtime's error under the code that the runtime itself does not give it. */
export class CodedError extends Error {
  override readonly name = "CodedError";
  readonly code: SocketErrorCode;

  constructor(code: SocketErrorCode, cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** The runtime's error as a `SocketError`; its `code` is kept where the vocabulary has it, and is `EIO` where not. */
export function asSocketError(cause: unknown, syscall: Syscall, at?: Address | string): SocketError {
  if (cause instanceof SocketError) return cause;
  if (cause instanceof CodedError) return new SocketError(cause.code, syscall, { at, cause: cause.cause });
  return new SocketError(codeOf(cause), syscall, { at, cause });
}

function portOf(at: Address | string | undefined): number | undefined {
  const hasPort = typeof at === "object" && (at.family === AddressFamily.INET || at.family === AddressFamily.INET6);
  return hasPort ? at.port : undefined;
}

function codeOf(cause: unknown): SocketErrorCode {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : "";
  return typeof code === "string" && Object.hasOwn(CODES, code) ? (code as SocketErrorCode) : "EIO";
}
