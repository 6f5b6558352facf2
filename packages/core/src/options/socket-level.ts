/** The options of every protocol. Source of all: socket(7), and POSIX's setsockopt(). */
import type { SocketType } from "../constants.ts";
import { LONGEST_TIMEOUT } from "../wait.ts";
import { flag, type Linger, type OptionToGet, quantity, type SocketOption } from "./option.ts";

const LEVEL = "SOL_SOCKET";
const MOST_INT = 2 ** 31 - 1;
const MOST_SECONDS = 65535;

/** Whether the socket listens. boolean; only to be asked for. Source: socket(7). */
export const SO_ACCEPTCONN: OptionToGet<boolean> = { name: "SO_ACCEPTCONN", level: LEVEL, isReadable: true };

/**
 * Whether datagrams may go to a broadcast address; else that is `EACCES`. boolean. Default: false. Takes effect with the next
 * datagram.
 *
 * *Runtimes*: on Deno always true.
 *
 * Source: socket(7).
 */
export const SO_BROADCAST: SocketOption<boolean> = flag("SO_BROADCAST", LEVEL);

/** Whether the kernel records debugging information. boolean. Default: false. Takes effect at once. Source: socket(7). */
export const SO_DEBUG: SocketOption<boolean> = flag("SO_DEBUG", LEVEL);

/** Whether to send to directly connected hosts alone. boolean. Default: false. Takes effect at once. Source: socket(7). */
export const SO_DONTROUTE: SocketOption<boolean> = flag("SO_DONTROUTE", LEVEL);

/**
 * The error that is pending, as a positive `errno`; 0 for none. number; only to be asked for, and asking clears it.
 *
 * *Runtimes*: `omnisock/posix` asks the kernel. Elsewhere it is what the runtime has told of, which Node and Deno do as one
 * receives or sends.
 *
 * Source: socket(7).
 */
export const SO_ERROR: OptionToGet<number> = { name: "SO_ERROR", level: LEVEL, isReadable: true };

/**
 * Whether an idle connection is probed, so that one whose peer is gone breaks. boolean. Default: false. Takes effect at once;
 * accepted connections inherit it.
 *
 * Source: socket(7), tcp(7).
 */
export const SO_KEEPALIVE: SocketOption<boolean> = flag("SO_KEEPALIVE", LEVEL);

/**
 * How `close()` ends a connection: with `{ seconds: 0 }` it drops what is unsent, and the peer sees `ECONNRESET`.
 * `Linger`, in seconds; undefined, the default, sends what is unsent in the background. Takes effect with `close()`; accepted
 * connections inherit it.
 *
 * *Runtimes*: Node and Bun take no number of seconds but 0; Deno cannot reset.
 *
 * Source: socket(7).
 *
 * @example
 * ```ts
 * socket.setOption(SO_LINGER, { seconds: 0 });
 * await socket.close(); // The peer's receive() is ECONNRESET.
 * ```
 */
export const SO_LINGER: SocketOption<Linger | undefined> = {
  name: "SO_LINGER",
  level: LEVEL,
  isReadable: true,
  initial: undefined,
  isEarly: false,
  check(value) {
    if (value === undefined) return undefined;
    const { seconds } = Object(value) as { seconds?: unknown };
    if (typeof seconds !== "number") throw new TypeError(`SO_LINGER is { seconds } or undefined, not ${String(value)}`);
    if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MOST_SECONDS) return { seconds };
    throw new RangeError(`SO_LINGER's seconds are a whole number from 0 to ${MOST_SECONDS}, not ${seconds}`);
  },
};

/** Whether urgent data comes in the stream. boolean. Default: false. Takes effect at once. Source: socket(7), tcp(7). */
export const SO_OOBINLINE: SocketOption<boolean> = flag("SO_OOBINLINE", LEVEL);

/**
 * How much the kernel keeps that nobody has received yet. number of bytes, 1 or more; Linux doubles what is set, for its own
 * bookkeeping, within net.core.rmem_max, and says so when asked. Default: the system's. Takes effect at once.
 *
 * Source: socket(7).
 */
export const SO_RCVBUF: SocketOption<number> = quantity("SO_RCVBUF", LEVEL, 1, MOST_INT, undefined);

/** How many bytes a receive waits for. number of bytes, 1 or more. Default: 1. Takes effect at once. Source: socket(7). */
export const SO_RCVLOWAT: SocketOption<number> = quantity("SO_RCVLOWAT", LEVEL, 1, MOST_INT, 1);

/**
 * How long calls that receive, accept or iterate wait when they give no `timeout` of their own; then they are `EAGAIN`, have
 * lost nothing, and may be tried again. number of milliseconds; 0, the default, is no limit. Takes effect at once, also for
 * calls that wait already, whose time starts anew; accepted connections inherit it.
 *
 * Source: socket(7).
 */
export const SO_RCVTIMEO: SocketOption<number> = quantity("SO_RCVTIMEO", LEVEL, 0, LONGEST_TIMEOUT, 0, false);

/**
 * Whether an address may be bound that was in use a moment ago (TCP), or that other such sockets have (UDP). boolean.
 * Default: false for datagram sockets. To be set before the socket is bound.
 *
 * *Runtimes*: for streams every runtime sets it itself, so it is always true.
 *
 * Source: socket(7), ip(7).
 */
export const SO_REUSEADDR: SocketOption<boolean> = flag("SO_REUSEADDR", LEVEL, false, true);

/**
 * Whether several sockets may be bound to one address, and the kernel shares out what arrives. boolean. Default: false. To be
 * set, on each of them, before it listens or is bound.
 *
 * Source: socket(7).
 */
export const SO_REUSEPORT: SocketOption<boolean> = flag("SO_REUSEPORT", LEVEL, false, true);

/** As `SO_RCVBUF`, for what is sent and not gone yet; within net.core.wmem_max. Source: socket(7). */
export const SO_SNDBUF: SocketOption<number> = quantity("SO_SNDBUF", LEVEL, 1, MOST_INT, undefined);

/** How much room a send waits for. number of bytes, 1 or more. Default: 1, and Linux has no other. Source: socket(7). */
export const SO_SNDLOWAT: SocketOption<number> = quantity("SO_SNDLOWAT", LEVEL, 1, MOST_INT, 1);

/**
 * How long calls that send or connect wait when they give no `timeout` of their own; then a send is `EAGAIN`, and a connect
 * `ETIMEDOUT`. number of milliseconds; 0, the default, is no limit. Takes effect with the next call, and for those that
 * wait under it already, whose time starts anew; accepted connections inherit it.
 *
 * Source: socket(7).
 */
export const SO_SNDTIMEO: SocketOption<number> = quantity("SO_SNDTIMEO", LEVEL, 0, LONGEST_TIMEOUT, 0, false);

/** What the socket carries. `SocketType`; only to be asked for. Source: socket(7). */
export const SO_TYPE: OptionToGet<SocketType> = { name: "SO_TYPE", level: LEVEL, isReadable: true };
