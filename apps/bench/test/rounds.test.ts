import { describe, expect, test } from "vitest";
import type { Contender } from "../src/contender.ts";
import type { Bench } from "../src/machine/bench.ts";
import { runRounds, stepsOf, type Watcher } from "../src/run/rounds.ts";
import type { Workload } from "../src/workload.ts";

const contenders = ["one", "other"].map((id): Contender => ({ id, platform: "c", title: id, source: "", args: [] }));
const bench = { cores: undefined, load: "c" } as Bench;
const settings = { rounds: 2, seconds: 0.1, warmUpSeconds: 0.2 };

/** A workload that does nothing but write down what is done with it. */
function workloadOf(lifetime: Workload["lifetime"], log: string[], failing = ""): Workload {
  return {
    name: "noted",
    title: "What is done is noted.",
    figure: { unit: "notes/s", better: "more" },
    contenders,
    ...(lifetime !== undefined && { lifetime }),
    isUntimed: true,
    async open({ id }) {
      log.push(`open ${id}`);
      return {
        async run({ isChecked }) {
          if (id === failing) throw new Error("answered wrong");
          log.push(`${isChecked ? "warm" : "measure"} ${id}`);
          return { value: log.length };
        },
        close: async () => void log.push(`close ${id}`),
      };
    },
  };
}

function counting(): Watcher & { steps: number } {
  return {
    steps: 0,
    measures() {
      this.steps++;
    },
  };
}

describe("runRounds()", () => {
  test("starts and warms up everybody before the first round", async () => {
    const log: string[] = [];
    const watcher = counting();
    const workload = workloadOf(undefined, log);
    await runRounds(workload, bench, settings, watcher);
    expect(log).toEqual([
      ...["open one", "open other"],
      ...["warm one", "warm one", "warm other", "warm other"],
      ...["measure one", "measure other", "measure one", "measure other"],
      ...["close one", "close other"],
    ]);
    expect(watcher.steps).toBe(contenders.length * stepsOf(workload, settings.rounds));
  });

  test("starts each anew and warms it up in each round, where programs live for a round", async () => {
    const log: string[] = [];
    const watcher = counting();
    const workload = workloadOf("round", log);
    const { contenders: results } = await runRounds(workload, bench, settings, watcher);
    const one = ["open one", "warm one", "warm one", "measure one", "close one"];
    const other = one.map((line) => line.replace("one", "other"));
    expect(log).toEqual([...one, ...other, ...one, ...other]);
    expect(results.map(({ samples }) => samples.length)).toEqual([2, 2]);
    expect(watcher.steps).toBe(contenders.length * stepsOf(workload, settings.rounds));
  });

  test("warms up in few runs, longer ones, where what is measured is brief", async () => {
    const warmUps: number[] = [];
    const workload: Workload = {
      ...workloadOf(undefined, []),
      open: async () => ({
        async run({ seconds, isChecked }) {
          if (isChecked) warmUps.push(seconds);
          return { value: seconds };
        },
        close: async () => {},
      }),
    };
    await runRounds(workload, bench, { rounds: 1, seconds: 0.01, warmUpSeconds: 5 }, counting());
    expect(warmUps).toEqual(new Array(20 * contenders.length).fill(0.25));
  });

  test("warms nothing up where a measurement starts its own program", async () => {
    const log: string[] = [];
    await runRounds(workloadOf("measurement", log), bench, settings, counting());
    expect(log.filter((line) => line.startsWith("warm"))).toEqual([]);
    expect(log.filter((line) => line.startsWith("measure"))).toHaveLength(4);
  });

  test.each([undefined, "round", "measurement"] as const)(
    "leaves out one that fails, and closes it (%s)",
    async (lifetime) => {
      const log: string[] = [];
      const { contenders: results } = await runRounds(workloadOf(lifetime, log, "one"), bench, settings, counting());
      expect(results.map(({ problem, samples }) => [problem, samples.length])).toEqual([
        ["answered wrong", 0],
        [undefined, 2],
      ]);
      const times = (line: string): number => log.filter((each) => each === line).length;
      expect(times("open one")).toBe(1);
      expect(times("close one")).toBe(1);
      expect(times("close other")).toBe(times("open other"));
    },
  );
});
