import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { canKeepAwake } from "../src/machine/cores.ts";
import { fileAt } from "../src/machine/files.ts";
import { commandOf, descendantsOf, isAlive, statOf } from "./processes.ts";

/** The policy's place among the fields, and its number: proc_pid_stat(5), sched(7). */
const POLICY = 38;
const SCHED_IDLE = "5";

test.runIf(canKeepAwake())("awake.sh runs when nobody else does, and ends with its input", async () => {
  // A session of its own: it gives way to the others.
  const awake = spawn("sh", [fileAt("awake.sh"), "0"], { detached: true });
  const pid = awake.pid as number;
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(-pid, "SIGKILL");
  });
  const ended = once(awake, "exit");
  let spinning: number | undefined;
  while (spinning === undefined) {
    spinning = descendantsOf(pid).find((descendant) => commandOf(descendant).startsWith("sh\0-c\0while "));
    await setTimeout(20);
  }
  expect(statOf(spinning)[POLICY]).toBe(SCHED_IDLE);
  awake.stdin.end();
  await ended;
  expect(isAlive(spinning)).toBe(false);
});
