/** The options of TCP. Source of all: tcp(7). */
import { flag, quantity, type SocketOption } from "./option.ts";

const LEVEL = "IPPROTO_TCP";
/** Linux's bounds: MAX_TCP_KEEPIDLE and its kin. */
const MOST_SECONDS = 32767;
const MOST_PROBES = 127;

/**
 * How many probes of `SO_KEEPALIVE` may stay unanswered before the connection is `ETIMEDOUT`. number of probes, 1 to 127.
 * Default: the system's, 9 on Linux. Takes effect at once, while `SO_KEEPALIVE` is on; accepted connections inherit it.
 *
 * Source: tcp(7).
 */
export const TCP_KEEPCNT: SocketOption<number> = quantity("TCP_KEEPCNT", LEVEL, 1, MOST_PROBES, undefined);

/**
 * How long a connection is idle before `SO_KEEPALIVE` probes it. number of seconds, 1 to 32767. Default: the system's, 7200 on
 * Linux. Takes effect at once, while `SO_KEEPALIVE` is on; accepted connections inherit it.
 *
 * *Runtimes*: Bun then probes every second, ten times: it has no way to set those.
 *
 * Source: tcp(7).
 */
export const TCP_KEEPIDLE: SocketOption<number> = quantity("TCP_KEEPIDLE", LEVEL, 1, MOST_SECONDS, undefined);

/**
 * How long `SO_KEEPALIVE` waits between probes. number of seconds, 1 to 32767. Default: the system's, 75 on Linux. Takes
 * effect at once, while `SO_KEEPALIVE` is on; accepted connections inherit it.
 *
 * Source: tcp(7).
 */
export const TCP_KEEPINTVL: SocketOption<number> = quantity("TCP_KEEPINTVL", LEVEL, 1, MOST_SECONDS, undefined);

/**
 * Whether small sends go at once, instead of waiting for the answer to the one before (Nagle's algorithm). boolean. Default:
 * false, also on Bun, whose own default is true. Takes effect at once; accepted connections inherit it.
 *
 * Source: tcp(7).
 */
export const TCP_NODELAY: SocketOption<boolean> = flag("TCP_NODELAY", LEVEL);
