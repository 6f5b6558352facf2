import type { Address } from "./address.ts";

/**
 * The codes a `SocketError` can carry: name, number, meaning.
 *
 * The numbers are Linux's on every platform, so that programs compare alike everywhere; `ENOTFOUND` and `EAI_AGAIN`,
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
  EBADF: [9, "the socket is closed"],
  ECONNABORTED: [103, "the connection was aborted"],
  ECONNREFUSED: [111, "nothing is listening there"],
  ECONNRESET: [104, "the peer reset the connection"],
  EHOSTUNREACH: [113, "no route to the host"],
  EINVAL: [22, "the socket is not in a state for this"],
  EIO: [5, "the runtime reported an error of its own: see `cause`"],
  EISCONN: [106, "the socket is connected already"],
  EMFILE: [24, "this process has too many open files"],
  ENETUNREACH: [101, "no route to the network"],
  ENOTCONN: [107, "the socket is not connected"],
  ENOTFOUND: [3008, "no such host"],
  EOPNOTSUPP: [95, "not supported here"],
  EPERM: [1, "not permitted"],
  EPIPE: [32, "the sending side is shut down, or the peer is gone"],
  ETIMEDOUT: [110, "no answer in time"],
} as const;

export type SocketErrorCode = keyof typeof CODES;

/** The system call that a failed verb stands for, and how a message names it. */
const SYSCALLS = {
  socket: "create the socket",
  bind: "bind to",
  listen: "listen on",
  accept: "accept",
  connect: "connect to",
  getaddrinfo: "find",
  send: "send",
  recv: "receive",
  shutdown: "shut down",
  getsockname: "tell the local address",
  getpeername: "tell the peer's address",
} as const;

export type Syscall = keyof typeof SYSCALLS;

export interface SocketErrorOptions {
  /** The address that the call was about. */
  readonly at?: Address | undefined;
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
  /** The number of `code`, positive: Linux's on every platform. */
  readonly errno: number;
  /** The system call that the failed verb stands for, such as `"connect"`. */
  readonly syscall: Syscall;
  /** The host that the call was about, where there is one. */
  readonly address: string | undefined;
  /** The port that the call was about, where there is one. */
  readonly port: number | undefined;

  constructor(code: SocketErrorCode, syscall: Syscall, options: SocketErrorOptions = {}) {
    const { at, cause } = options;
    const [errno, meaning] = CODES[code];
    const what = at === undefined ? SYSCALLS[syscall] : `${SYSCALLS[syscall]} ${at}`;
    super(`Cannot ${what}: ${code} (${meaning})`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
    this.address = at?.host;
    this.port = at?.port;
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
export function asSocketError(cause: unknown, syscall: Syscall, at?: Address): SocketError {
  if (cause instanceof SocketError) return cause;
  if (cause instanceof CodedError) return new SocketError(cause.code, syscall, { at, cause: cause.cause });
  return new SocketError(codeOf(cause), syscall, { at, cause });
}

function codeOf(cause: unknown): SocketErrorCode {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : "";
  return typeof code === "string" && Object.hasOwn(CODES, code) ? (code as SocketErrorCode) : "EIO";
}
