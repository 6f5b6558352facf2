import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { canKeepAwake } from "../src/machine/cores.ts";
import { fileAt } from "../src/machine/files.ts";
import { commandOf, descendantsOf, isAlive, statOf } from "./processes.ts";

/** The policy's place among the fields, and its number: proc_pid_stat(5), sched(7). */
const POLICY = 38;
const SCHED_IDLE = "5";

test.runIf(canKeepAwake())(
  "awake.sh runs when nobody else does, and ends with the process that it was told",
  async () => {
    const bench = spawn("sleep", ["600"]);
    const awake = spawn("sh", [fileAt("awake.sh"), String(bench.pid), "0"]);
    onTestFinished(() => void [bench, awake].map((child) => child.kill("SIGKILL")));
    const ended = once(awake, "exit");
    let spinning: number | undefined;
    while (spinning === undefined) {
      spinning = descendantsOf(awake.pid as number).find((pid) => commandOf(pid).startsWith("sh\0-c\0while "));
      await setTimeout(20);
    }
    expect(statOf(spinning)[POLICY]).toBe(SCHED_IDLE);
    bench.kill();
    await ended;
    while (isAlive(spinning)) await setTimeout(20);
  },
);
