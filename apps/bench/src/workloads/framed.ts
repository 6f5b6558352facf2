/** Short messages with their length before them, many in flight or from many clients. */
import { inC, inPython, native, omnisock, posix, type Task } from "../contenders.ts";
import type { Workload } from "../workload.ts";
import { served } from "./served.ts";

const PAYLOAD_BYTES = 64;

const task: Task = { name: "framed", kind: "stream" };
const batches: Task = { ...task, way: "in batches" };
const awaited: Task = { ...task, way: "each send awaited" };

const contenders = [
  ...omnisock(batches),
  ...omnisock(awaited),
  // A write for each message.
  ...native(task),
  ...native({ ...task, way: "gathered" }),
  ...posix(batches),
  ...posix(awaited),
  inC("gathered", "framed", "gathered"),
  inC("a send each", "framed", "each"),
  inPython("asyncio, gathered", "framed-asyncio"),
];

export const framedMessages: readonly Workload[] = [
  framed("framed-64x1x1000", 1, 1000),
  framed("framed-64x8x1000", 8, 1000),
  framed("framed-64x1x1", 1, 1),
  framed("framed-64x64x1", 64, 1),
];

function framed(name: string, connections: number, window: number): Workload {
  const over = connections === 1 ? "one connection" : `${connections} connections`;
  const flight = window === 1 ? "one" : window.toLocaleString("en");
  return served({
    name,
    title: `Frames of ${PAYLOAD_BYTES} bytes, their length before them, come back over ${over}, ${flight} in flight on each.`,
    figure: { unit: "frames/s", better: "more" },
    contenders,
    mode: "framed",
    settings: { connections, window, size: PAYLOAD_BYTES },
  });
}
