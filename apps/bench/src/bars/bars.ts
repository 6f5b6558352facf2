/** The tables of the issues that ask for speed, as data. */
import { type Ask, type Bar, barsOf, type PerRuntime } from "./bar.ts";

/** Of sockets on the runtimes' own APIs. */
const SPEED = 7;
/** Of sockets on the system calls. */
const POSIX = 8;
const FRAMING = 5;

const KILOBYTE = 1000;

/** @param most How many connections there are where there are most. */
export function allBars(most: number): Bar[] {
  return [...speed(most), ...posix(most), ...framing()].flatMap(barsOf);
}

function speed(most: number): Ask[] {
  const row = (title: string, workload: string, ask: Omit<Ask, "issue" | "title" | "workload">): Ask => {
    return { issue: SPEED, title, workload, ...ask };
  };
  return [
    row("echo 64 B × 64 connections, against the native API", "echo-64x64", {
      isHeadline: true,
      of: "omnisock",
      beside: "native",
      atLeast: per(1.05, 0.92, 0.95),
    }),
    row("echo 64 B × 64 connections, against node:net", "echo-64x64", {
      of: "omnisock",
      beside: "node-api",
      atLeast: { deno: 1.1 },
    }),
    row("echo 64 B × 64 connections, against C epoll", "echo-64x64", {
      of: "omnisock",
      beside: "c.epoll",
      atLeast: per(0.7, 0.82, 0.7),
    }),
    row("echo 64 KiB × 16, against the native API", "echo-64Kx16", {
      isHeadline: true,
      of: "omnisock",
      beside: "native",
      atLeast: per(1.15, 0.97, 0.97),
    }),
    row("echo 64 KiB × 16, its 99th percentile against the native API", "echo-64Kx16", {
      figure: "p99",
      of: "omnisock",
      beside: "native",
      atMost: { node: 0.5 },
    }),
    row("framed 64 B, 1,000 in flight, in batches, against a native write for each", "framed-64x1x1000", {
      isHeadline: true,
      of: "omnisock-in-batches",
      beside: "native",
      atLeast: per(25, 30, 28),
    }),
    row("framed 64 B, 1,000 in flight, each send awaited, against a native write for each", "framed-64x1x1000", {
      of: "omnisock-each-send-awaited",
      beside: "native",
      atLeast: per(15, 18, 10),
    }),
    row("framed 64 B, 1,000 in flight, in batches, against C that gathers its writes", "framed-64x1x1000", {
      of: "omnisock-in-batches",
      beside: "c.gathered",
      atLeast: per(0.8, 0.8, 0.65),
    }),
    row("datagrams received of a flood, against the native API", "datagram-flood-64", {
      of: ["omnisock-many", "omnisock-one-by-one"],
      beside: "native",
      atLeast: per(1, 1, 1),
    }),
    row("batch send, against a native send for each", "datagram-batch-64", {
      of: "omnisock",
      beside: "native",
      atLeast: per(1, 1.15, 1),
    }),
    row("an idle connection with a pending receive, against the native API", `idle-${most}`, {
      isHeadline: true,
      of: "omnisock",
      beside: "native",
      atMost: per(2, 2.5, 1.1),
    }),
    row(`CPU time of one ready among ${most.toLocaleString("en")}, against one among 10`, "select-one-of-many", {
      figure: "cpu",
      of: `omnisock-set-${most}`,
      beside: "omnisock-set-10",
      atMost: per(2, 2, 2),
    }),
  ];
}

function posix(most: number): Ask[] {
  const row = (title: string, workload: string, ask: Omit<Ask, "issue" | "title" | "workload">): Ask => {
    return { issue: POSIX, title: `posix: ${title}`, workload, ...ask };
  };
  return [
    row("echo 64 B × 64 connections, against C epoll", "echo-64x64", {
      isHeadline: true,
      of: "posix",
      beside: "c.epoll",
      atLeast: per(0.8, 0.8, 0.76),
    }),
    row("echo 64 B × 64 connections, against the native API", "echo-64x64", {
      isHeadline: true,
      of: "posix",
      beside: "native",
      atLeast: per(1.25, 0.95, 1.1),
    }),
    row("echo 64 KiB × 16, against the native API", "echo-64Kx16", {
      of: "posix",
      beside: "native",
      atLeast: per(1.15, 1, 1),
    }),
    row("blocking ping-pong over one connection, against C", "echo-64x1", {
      isHeadline: true,
      of: "sync",
      beside: "c.blocking",
      atLeast: per(0.95, 0.95, 0.95),
    }),
    row("datagrams received in batches of a segmented flood, against C recvmmsg", "datagram-flood-64-segmented", {
      of: ["posix-many", "sync-copied"],
      beside: "c.recvmmsg",
      atLeast: per(0.8, 0.85, 0.7),
    }),
    row(
      "datagrams received of a segmented flood with UDP_GRO, views, against the native API",
      "datagram-flood-64-segmented",
      {
        isHeadline: true,
        of: "sync-views",
        beside: "native",
        atLeast: per(30, 12, 30),
      },
    ),
    row("batch send of the user's own buffers, against C sendto", "datagram-batch-64", {
      of: ["posix", "sync"],
      beside: "c.sendto",
      atLeast: per(1.1, 1, 1),
    }),
    row("accept-echo-close churn, against C", "churn-64x8", {
      isHeadline: true,
      of: "posix",
      beside: "c.epoll",
      atLeast: per(0.85, 0.8, 0.85),
    }),
    row("bytes of an idle connection with a pending receive", `idle-${most}`, {
      of: "posix",
      atMost: per(3 * KILOBYTE, 2 * KILOBYTE, 3.5 * KILOBYTE),
    }),
  ];
}

function framing(): Ask[] {
  const row = (title: string, workload: string, ask: Omit<Ask, "issue" | "title" | "workload">): Ask => {
    return { issue: FRAMING, title, workload, ...ask };
  };
  const packages = ["bl", "length-prefixed-stream", "it-length-prefixed"];
  return [
    row("decoding 64 B frames as views, against the best package", "decode-64", {
      of: "views",
      beside: packages,
      atLeast: per(3, 1.5, 2.5),
    }),
    row("visiting them by offset, against the best package", "decode-64", {
      of: "visit",
      beside: packages,
      atLeast: per(8, 8, 8),
    }),
    row("lines of 80 B, against split2", "split-80", { of: "lines", beside: "split2", atLeast: per(1.5, 1.5, 1.5) }),
    row("a frame of 16 MiB in chunks of 1 KiB, against a copy", "decode-16M", {
      of: "grow",
      beside: "copy",
      atLeast: per(0.5, 0.5, 0.5),
    }),
    row("framed 64 B, one in flight, against a native write", "framed-64x1x1", {
      of: "omnisock-each-send-awaited",
      beside: "native",
      atLeast: per(1, 1, 1),
    }),
  ];
}

function per(node: number, bun: number, deno: number): PerRuntime {
  return { node, bun, deno };
}
