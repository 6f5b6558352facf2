/** One of many sockets is ready, each time another. */
import type { Contender } from "../contender.ts";
import { inC, inPython, native, omnisock, posix, type Task } from "../contenders.ts";
import type { Workload } from "../workload.ts";
import { served } from "./served.ts";

const task: Task = { name: "select", kind: "stream" };

/** What keeps a list of the ready, or has the kernel keep it. */
const keeping = [...omnisock({ ...task, way: "set" }), ...posix({ ...task, way: "set" }), inC("epoll", "echo")];

/** What calls back, and what looks at each socket: over very many, already the connections would take minutes to come in. */
const others = [
  ...omnisock({ ...task, way: "array" }),
  ...native({ name: "echo", kind: "stream" }),
  inC("poll", "echo-poll"),
  inPython("selectors", "echo-sockets"),
];
const MOST_OF_OTHERS = 1000;

export function select(counts: readonly number[]): Workload {
  return served({
    name: "select-one-of-many",
    title: "One message of 64 bytes is in flight, each time over another of many connections that are all watched.",
    figure: { unit: "messages/s", better: "more" },
    contenders: counts.flatMap((count) => {
      const ways = count > MOST_OF_OTHERS ? keeping : [...keeping, ...others];
      return ways.map((way) => watching(way, count));
    }),
    mode: "echo",
    settings: { window: 1, size: 64 },
  });
}

function watching(way: Contender, count: number): Contender {
  return {
    ...way,
    id: `${way.id}-${count}`,
    title: `${way.title}, ${count.toLocaleString("en")} watched`,
    group: String(count),
    settings: { connections: count },
  };
}
