/** Messages that come back, over few and many connections. */
import { inC, inPython, native, nodeApis, omnisock, posix, sync, type Task } from "../contenders.ts";
import type { Workload } from "../workload.ts";
import { served } from "./served.ts";

const task: Task = { name: "echo", kind: "stream" };

const many = [
  ...omnisock(task),
  ...native(task),
  ...nodeApis(task),
  ...posix(task),
  inC("epoll", "echo"),
  inPython("asyncio", "echo-asyncio"),
  inPython("sockets", "echo-sockets"),
];
/** Blocking calls serve one at a time. */
const one = [...many, ...sync(task), inC("blocking", "echo-blocking")];

/** Messages a second. */
const PACE = 1000;

export const echoes: readonly Workload[] = [
  echo("echo-64x1", 1, 64),
  echo("echo-64x64", 64, 64),
  echo("echo-64x1000", 1000, 64),
  echo("echo-64Kx16", 16, 65_536),
  served({
    name: "echo-64x1-paced",
    title: `Messages of 64 bytes come back over one connection, ${PACE.toLocaleString("en")} of them a second: what a server takes that has little to do.`,
    figure: { unit: "% of a core", better: "less" },
    value: ({ busy = Number.NaN }) => busy * 100,
    contenders: many,
    mode: "paced",
    needsC: true,
    settings: { rate: PACE, size: 64 },
  }),
];

function echo(name: string, connections: number, size: number): Workload {
  const bytes = size < 1024 ? `${size} bytes` : `${size / 1024} KiB`;
  const over = connections === 1 ? "one connection" : `${connections.toLocaleString("en")} connections`;
  return served({
    name,
    title: `Messages of ${bytes} come back over ${over}, one in flight on each.`,
    figure: { unit: "messages/s", better: "more" },
    contenders: connections === 1 ? one : many,
    mode: "echo",
    settings: { connections, size },
  });
}
