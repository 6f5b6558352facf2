/**
 * Where a column fails for a fault that is not ours to mend: the compatibility layers under the node adapter.
 *
 * An entry must fail as it says: another failure counts as one, and a case that passes fails the run until its entry is removed.
 * Our own adapters on their own runtimes have no entries: papering over the runtime is their job.
 */
export interface KnownBug {
  readonly case: string;
  /** The column: adapter@runtime. */
  readonly column: string;
  /** What the runtime does, as one sentence. */
  readonly what: string;
  /** A part of what the case sees. */
  readonly seen: string;
  /** The public issue or pull request about it. */
  readonly issue: string;
  /** Set where we found no report of this very symptom: `issue` is then the nearest. */
  readonly isNearest?: true;
  /** Longest time to wait, in milliseconds, where the case would only wait for its limit. */
  readonly limit?: number;
}

/** `node:net` on Deno: it takes the end of one direction for the end of both. The pull request names the fault, in its review. */
const halfClosed = {
  column: "node@deno",
  what: "a write that is under way when the peer's end of stream arrives fails with an EPIPE that the kernel never gave",
  issue: "https://github.com/denoland/deno/pull/33860",
  isNearest: true,
} as const;

/** `node:net` on Deno: an error of `listen()` that it does not know becomes another. */
const notLocal = {
  column: "node@deno",
  what: "`listen()` on an address of another machine is EINVAL",
  seen: "EINVAL",
  issue: "https://github.com/denoland/deno/issues/22218",
  isNearest: true,
} as const;

/** `node:dgram` on Deno: multicast. */
const membership = {
  column: "node@deno",
  what: "an error of joining or leaving a group, or of its hops, is EINVAL whatever the kernel said",
  seen: "EINVAL",
  issue: "https://github.com/denoland/deno/pull/36492",
  isNearest: true,
} as const;

export const knownBugs: readonly KnownBug[] = [
  {
    case: "option-broadcast-connect",
    column: "node@bun",
    what: "`connect()` of `node:dgram` to a broadcast address fails with an error without code",
    seen: "EIO",
    issue: "https://github.com/oven-sh/bun/pull/37093",
    isNearest: true,
  },
  {
    case: "reset-send-then-receive",
    column: "node@bun",
    what: "a write that fails ends the socket, and what had arrived is lost",
    seen: "EPIPE",
    issue: "https://github.com/oven-sh/bun/pull/43038",
    isNearest: true,
  },
  {
    case: "reset-after-end",
    column: "node@bun",
    what: "a reset that comes after the end of the stream is told in its place",
    seen: "EPIPE",
    issue: "https://github.com/oven-sh/bun/pull/43038",
    isNearest: true,
  },
  {
    case: "multicast-loop",
    column: "node@bun",
    what: "`setMulticastTTL(0)` is EINVAL",
    seen: "EINVAL",
    issue: "https://github.com/oven-sh/bun/pull/34090",
    isNearest: true,
  },
  {
    case: "option-v6-only",
    column: "node@deno",
    what: "`ipv6Only` of `listen()` is ignored",
    seen: "[object Object]",
    issue: "https://github.com/denoland/deno/issues/22218",
    isNearest: true,
  },
  {
    case: "option-broadcast",
    column: "node@deno",
    what: "a datagram to a broadcast address fails with an error without code",
    seen: "EIO",
    issue: "https://github.com/denoland/deno/issues/25581",
  },
  {
    case: "datagram-refused-in-time",
    column: "node@deno",
    what: "a datagram that the kernel refuses fails with an error without code",
    seen: "EIO",
    issue: "https://github.com/denoland/deno/issues/25581",
  },
  {
    case: "option-broadcast-connect",
    column: "node@deno",
    what: "`connect()` of `node:dgram` is not told to the kernel, so that it cannot be refused",
    seen: "[object Object]",
    issue: "https://github.com/denoland/deno/pull/36492",
  },
  {
    case: "option-datagram-error",
    column: "node@deno",
    what: "`connect()` of `node:dgram` is not told to the kernel, so that nobody hears of an unreachable port",
    seen: "did not end within",
    issue: "https://github.com/denoland/deno/pull/36492",
    limit: 3000,
  },
  {
    case: "option-datagram-reuse-port",
    column: "node@deno",
    what: "`reusePort` of `node:dgram` is ignored",
    seen: "EADDRINUSE",
    issue: "https://github.com/denoland/deno/issues/36858",
  },
  { case: "multicast-loop", ...membership },
  { case: "multicast-twice", ...membership },
  { case: "multicast-twice-ip6", ...membership },
  { case: "multicast-binds", ...membership },
  { case: "multicast-binds-ip6", ...membership },
  { case: "multicast-before-bind-order", ...membership },
  { case: "multicast-too-many", ...membership },
  { case: "multicast-connected", ...membership },
  {
    case: "datagram-unreachable-unconnected",
    column: "node@bun",
    what: "an unreachable port makes the next, healthy send of an unconnected `node:dgram` socket fail",
    seen: "ECONNREFUSED",
    issue: "https://github.com/oven-sh/bun/pull/36249",
  },
  {
    case: "datagram-unreachable-many",
    column: "node@bun",
    what: "an unreachable peer makes the next send of a connected `node:dgram` socket fail",
    seen: "ECONNREFUSED",
    issue: "https://github.com/oven-sh/bun/pull/36249",
  },
  {
    case: "unix-path-missing",
    column: "node@bun",
    what: "what connect(2) says of a Unix path is flattened to ENOENT or ECONNREFUSED",
    seen: "ECONNREFUSED",
    issue: "https://github.com/oven-sh/bun/pull/29182",
  },
  {
    case: "datagram-refused",
    column: "node@deno",
    what: "`connect()` of `node:dgram` is not told to the kernel, so that nobody hears of an unreachable port",
    seen: "did not end within",
    issue: "https://github.com/denoland/deno/pull/36492",
    limit: 3000,
  },
  { case: "errors-fields", ...notLocal },
  { case: "listen-not-local", ...notLocal },
  { case: "listen-not-local-ip6", ...notLocal },
  { case: "shutdown-send-then-large-reply", seen: "did not end within", limit: 3000, ...halfClosed },
  { case: "shutdown-send-then-unread-reply", seen: "EPIPE", ...halfClosed },
  { case: "shutdown-twice", seen: "EPIPE", ...halfClosed },
];

export function knownBugOf(id: string, column: string): KnownBug | undefined {
  return knownBugs.find((bug) => bug.case === id && bug.column === column);
}
