/** As many bytes as go in one direction. */
import { inC, inPython, native, nodeApis, omnisock, posix } from "../contenders.ts";
import type { LoadResult } from "../machine/bench.ts";
import type { Workload } from "../workload.ts";
import { served } from "./served.ts";

const MEBIBYTE = 2 ** 20;

export const bulk: readonly Workload[] = [
  one("to-server", "The server receives over one connection, as fast as the client sends."),
  one("from-server", "The server sends over one connection, as fast as the client receives."),
];

function one(direction: string, title: string): Workload {
  const task = { name: `bulk-${direction}`, kind: "stream" } as const;
  return served({
    name: task.name,
    title,
    figure: { unit: "MiB/s", better: "more" },
    contenders: [
      ...omnisock(task),
      ...native(task),
      ...nodeApis(task),
      ...posix(task),
      inC("blocking", "bulk", direction),
      inPython("sockets", "bulk", direction),
    ],
    mode: task.name,
    settings: {},
    operations: mebibytes,
  });
}

function mebibytes({ bytes }: LoadResult): number {
  return bytes / MEBIBYTE;
}
