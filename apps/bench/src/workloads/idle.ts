/** What a connection takes that waits for its next message. */
import type { Contender } from "../contender.ts";
import { inC, inPython, native, nodeApis, omnisock, posix, type Task } from "../contenders.ts";
import { type Bench, startLoad, startServer } from "../machine/bench.ts";
import { ownMemoryOf } from "../machine/memory.ts";
import type { Sample, Session, Workload } from "../workload.ts";

const task: Task = { name: "idle", kind: "stream" };
/** Those whose API hands over buffers of its own need none. */
const bufferless: Task = { name: "echo", kind: "stream" };

const contenders = [
  ...omnisock(task),
  ...native(bufferless).filter(({ platform }) => platform !== "deno"),
  ...native(task).filter(({ platform }) => platform === "deno"),
  ...nodeApis(bufferless),
  ...posix(task),
  inC("epoll", "echo"),
  inPython("asyncio", "echo-asyncio"),
];

/** The first connections warm the program up: what it takes once is not counted. */
const WARM_UP_SHARE = 0.2;

export function idle(connections: number): Workload {
  return {
    name: `idle-${connections}`,
    title: `Memory of the process for each of ${connections.toLocaleString("en")} connections that wait for their next message.`,
    figure: { unit: "bytes", better: "less" },
    contenders,
    lifetime: "measurement",
    isUntimed: true,
    async open(contender: Contender, bench: Bench): Promise<Session> {
      return { run: () => measure(contender, bench, connections), close: async () => {} };
    },
  };
}

/** A new process each time: what one has taken it does not give back. */
async function measure(contender: Contender, bench: Bench, connections: number): Promise<Sample> {
  const { child, port, pid } = await startServer(contender, bench);
  try {
    const isRuntime = contender.platform !== "c" && contender.platform !== "python";
    const memory = async (): Promise<number> => {
      if (isRuntime) {
        child.tell("collect");
        await child.nextLine();
      }
      return ownMemoryOf(pid);
    };
    const window = connections * WARM_UP_SHARE;
    const load = await startLoad("idle", { port, connections, window, size: 64 }, bench);
    await load.nextLine();
    const before = await memory();
    load.tell("go on");
    await load.nextLine();
    const after = await memory();
    load.tell("end");
    await load.ended;
    return { value: (after - before) / (connections - window) };
  } finally {
    await child.kill();
  }
}
