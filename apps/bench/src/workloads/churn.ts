/** Connections that come and go. */
import { inC, inPython, native, nodeApis, omnisock, posix, sync, type Task } from "../contenders.ts";
import type { Workload } from "../workload.ts";
import { served } from "./served.ts";

const task: Task = { name: "churn", kind: "stream" };

/** Few at a time: a server that blocks has one, and the others wait in its backlog. */
const AT_ONCE = 8;

export const churn: Workload = served({
  name: "churn-64x8",
  title: `Clients connect, send 64 bytes, get them back, and the server closes: ${AT_ONCE} at a time.`,
  figure: { unit: "connections/s", better: "more" },
  contenders: [
    ...omnisock(task),
    ...native(task),
    ...nodeApis(task),
    ...posix(task),
    ...sync(task),
    inC("epoll", "churn"),
    inC("blocking", "churn", "blocking"),
    inPython("asyncio", "churn-asyncio"),
  ],
  mode: "churn",
  settings: { connections: AT_ONCE, size: 64 },
});
