/** Datagrams: back and forth, as many as come, and as many as go. */
import { inC, inPython, native, nodeApis, omnisock, posix, sync, type Task } from "../contenders.ts";
import type { Workload } from "../workload.ts";
import { served } from "./served.ts";

const SIZE = 64;
/** What the kernel cuts one call's bytes into at most: UDP_MAX_SEGMENTS was 64 for long. */
const SEGMENTS = 64;

const echo: Task = { name: "datagram-echo", kind: "datagram" };
const flood: Task = { name: "datagram-flood", kind: "datagram" };
const batch: Task = { name: "datagram-batch", kind: "datagram" };

const echoing = [
  ...omnisock(echo),
  ...native(echo),
  ...nodeApis(echo),
  ...posix(echo),
  inC("recvfrom", "datagram-echo"),
  inPython("sockets", "datagram-echo"),
];

const flooded = [
  ...omnisock({ ...flood, way: "many" }),
  ...omnisock({ ...flood, way: "one by one" }),
  ...native(flood),
  ...nodeApis(flood),
  ...posix({ ...flood, way: "many" }),
  ...sync({ ...flood, way: "copied" }),
  inC("recvmmsg", "datagram-flood"),
  inC("recvfrom", "datagram-flood", "recvfrom"),
  inPython("sockets", "datagram-flood"),
];

const datagramsPerSecond = { unit: "datagrams/s", better: "more" } as const;

export const datagrams: readonly Workload[] = [
  pingPong("datagram-echo-64x1", 1),
  pingPong("datagram-echo-64x16", 16),
  served({
    name: "datagram-flood-64",
    title: `Datagrams of ${SIZE} bytes are received out of a flood; what the kernel drops does not count.`,
    figure: datagramsPerSecond,
    contenders: flooded,
    mode: "flood",
    settings: { size: SIZE },
  }),
  served({
    name: "datagram-flood-64-segmented",
    title: `The same, sent ${SEGMENTS} at a time with segmentation offload: a flood that nobody keeps up with.`,
    figure: datagramsPerSecond,
    contenders: [...flooded, ...sync({ ...flood, way: "views" }), inC("UDP_GRO", "datagram-flood", "gro")],
    mode: "flood",
    needsC: true,
    settings: { size: SIZE, segments: SEGMENTS },
  }),
  served({
    name: "datagram-batch-64",
    title: `Datagrams of ${SIZE} bytes are sent, 64 at a time, each in a buffer of its own.`,
    figure: datagramsPerSecond,
    contenders: [
      ...omnisock(batch),
      ...native(batch),
      ...native({ ...batch, way: "sendMany" }).filter(({ platform }) => platform === "bun"),
      ...nodeApis(batch),
      ...posix(batch),
      ...sync(batch),
      inC("sendto", "datagram-batch"),
      inC("sendmmsg", "datagram-batch", "sendmmsg"),
      inPython("sockets", "datagram-batch"),
    ],
    mode: "sink",
    settings: { size: SIZE },
  }),
];

function pingPong(name: string, sockets: number): Workload {
  const from = sockets === 1 ? "one client" : `${sockets} clients`;
  return served({
    name,
    title: `Datagrams of ${SIZE} bytes come back to ${from}, one in flight for each.`,
    figure: datagramsPerSecond,
    contenders: echoing,
    mode: "datagram-echo",
    settings: { connections: sockets, size: SIZE },
  });
}
