/**
 * Runs the suite on one faulty adapter, in a process of its own, and prints the ids of the cases that failed, as JSON; on
 * standard error, what each of them saw.
 *
 * A case hangs when the whole process has had nothing to do for long: in memory nothing else can come. A clock would take a
 * busy machine for a hung case. Hung cases cost no time together, since each waits on while the next ones run.
 */
import { performance } from "node:perf_hooks";
import process from "node:process";
// Not the global one: a case counts its timers.
import { setTimeout as pause } from "node:timers/promises";
import { type Case, runCase, topics } from "../../dist/index.js";
import { faults } from "./faults.ts";

/** How long the process may be idle before it starts the next case beside those that wait, in milliseconds. */
const PATIENCE = 50;
/** No case waits for a timer longer than this, in milliseconds. */
const LONGEST_IDLE = 3000;

/** The longest time that a timer can wait, in milliseconds. */
const NO_LIMIT = 2 ** 31 - 1;

const fault = faults[process.argv[2] ?? ""];
if (fault === undefined) throw new Error(`No such fault: ${process.argv[2]}`);
const { adapter, classOn } = fault;
// Calls that a failed case has left pending.
process.on("unhandledRejection", () => {});

const running = new Set<Case>();
const failed = new Set<Case>();
let idleBefore = idle();

function idle(): number {
  return performance.eventLoopUtilization().idle;
}

async function start(one: Case): Promise<void> {
  running.add(one);
  try {
    await runCase(one, adapter(), NO_LIMIT, classOn);
  } catch (error) {
    failed.add(one);
    console.error(`${one.id}: ${(error as Error).message}`);
  }
  running.delete(one);
  idleBefore = idle();
}

async function idleFor(milliseconds: number): Promise<void> {
  const before = idle();
  while (idle() - before < milliseconds) await pause(5);
}

async function allEnded(): Promise<void> {
  idleBefore = idle();
  while (running.size > 0 && idle() - idleBefore < LONGEST_IDLE) await pause(20);
  for (const one of running) {
    failed.add(one);
    console.error(`${one.id}: it hung`);
  }
  running.clear();
}

const cases = topics.flatMap((topic) => topic.cases);
// First, while no hung case is there.
for (const one of cases.filter(({ isAlone }) => isAlone)) {
  void start(one);
  await allEnded();
}
for (const one of cases.filter(({ isAlone }) => !isAlone)) await Promise.race([start(one), idleFor(PATIENCE)]);
await allEnded();
const ids = cases.filter((one) => failed.has(one)).map(({ id }) => id);
console.log(JSON.stringify({ run: cases.length, failed: ids }));
process.exit();
