import type { SocketErrorCode } from "@omnisock/core";

/** The numbers of errno that a `SocketError` has a word for. Source: errno(3), asm-generic/errno.h. */
export const codes: Readonly<Record<number, SocketErrorCode>> = {
  1: "EPERM",
  2: "ENOENT",
  5: "EIO",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  19: "ENODEV",
  20: "ENOTDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  30: "EROFS",
  32: "EPIPE",
  36: "ENAMETOOLONG",
  40: "ELOOP",
  89: "EDESTADDRREQ",
  90: "EMSGSIZE",
  91: "EPROTOTYPE",
  92: "ENOPROTOOPT",
  93: "EPROTONOSUPPORT",
  95: "EOPNOTSUPP",
  97: "EAFNOSUPPORT",
  98: "EADDRINUSE",
  99: "EADDRNOTAVAIL",
  100: "ENETDOWN",
  101: "ENETUNREACH",
  103: "ECONNABORTED",
  104: "ECONNRESET",
  105: "ENOBUFS",
  106: "EISCONN",
  107: "ENOTCONN",
  110: "ETIMEDOUT",
  111: "ECONNREFUSED",
  113: "EHOSTUNREACH",
  114: "EALREADY",
  115: "EINPROGRESS",
};

/** Those that it has no word for, but one near enough: no such process, no such ioctl, and no socket at all. */
export const nearest: Readonly<Record<number, SocketErrorCode>> = {
  3: "EPERM",
  25: "EOPNOTSUPP",
  88: "EAFNOSUPPORT",
};

/** Those that this package itself looks for. */
export const ENOENT = 2;
export const EINTR = 4;
export const EIO = 5;
export const EBADF = 9;
export const EAGAIN = 11;
export const EINVAL = 22;
export const EMSGSIZE = 90;
export const ECONNABORTED = 103;
export const ENOTCONN = 107;
export const EINPROGRESS = 115;
