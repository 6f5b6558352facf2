/** Every program that is measured, for a moment: that it starts, and that every answer is right byte for byte. */
import { describe, expect, test } from "vitest";
import type { Contender, Platform } from "../src/contender.ts";
import type { Bench } from "../src/machine/bench.ts";
import { findBench } from "../src/machine/find.ts";
import { isMissing } from "../src/machine/runtimes.ts";
import type { Workload } from "../src/workload.ts";
import { workloadsOf } from "../src/workloads/index.ts";

const SECONDS = 0.02;
const CONNECTIONS = 20;
/** For machines that do much else: alone it takes seconds. */
const LIMIT_MILLISECONDS = 240_000;
/** How many are started at the same time. */
const AT_ONCE = 3;

// They need not be pinned to be right.
const bench: Bench = { ...(await findBench(undefined)), cores: undefined };

interface Pair {
  readonly workload: Workload;
  readonly contender: Contender;
}

/** Those that ask most of a program come first: a program that several workloads measure is run by one. */
const HARDEST = ["echo-64Kx16", "framed-64x8x1000", "datagram-echo-64x16", "datagram-flood-64-segmented"];

function pairsOn(platform: Platform): Pair[] {
  const workloads = workloadsOf(CONNECTIONS);
  const ordered = [...workloads.filter(({ name }) => HARDEST.includes(name)), ...workloads];
  const pairs = new Map<string, Pair>();
  for (const workload of ordered.filter(({ needsC }) => bench.load === "c" || !needsC)) {
    for (const contender of workload.contenders.filter((one) => one.platform === platform)) {
      const key = JSON.stringify([contender.source, contender.args]);
      if (!pairs.has(key)) pairs.set(key, { workload, contender });
    }
  }
  return [...pairs.values()];
}

/** What went wrong, by workload and contender. */
async function faultsOf(pairs: readonly Pair[], on: Bench): Promise<string[]> {
  const left = [...pairs];
  const faults: string[] = [];
  const work = async (): Promise<void> => {
    for (let pair = left.shift(); pair !== undefined; pair = left.shift()) {
      const { workload, contender } = pair;
      try {
        const session = await workload.open(contender, on);
        try {
          const { value } = await session.run({ seconds: SECONDS, isChecked: true });
          if (!Number.isFinite(value)) faults.push(`${workload.name} ${contender.id}: ${value}`);
        } finally {
          await session.close();
        }
      } catch (error) {
        faults.push(`${workload.name} ${contender.id}: ${(error as Error).message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return faults;
}

describe.each(["node", "bun", "deno", "c", "python"] as const)("on %s", (platform) => {
  test.skipIf(isMissing(bench.tools[platform]))(
    "every program answers right",
    async () => {
      const pairs = pairsOn(platform);
      expect(pairs.length).toBeGreaterThan(5);
      expect(await faultsOf(pairs, bench)).toEqual([]);
    },
    LIMIT_MILLISECONDS,
  );
});

test.skipIf(bench.load !== "c")("a paced server is asked as often as it says, and has a part of a core", async () => {
  const paced = workloadsOf(CONNECTIONS).find(({ name }) => name === "echo-64x1-paced") as Workload;
  const [contender] = paced.contenders.filter(({ id }) => id === "c.epoll");
  const session = await paced.open(contender as Contender, bench);
  try {
    const { value, cpu = 0, p50 = 0 } = await session.run({ seconds: 0.2, isChecked: true });
    const perSecond = value / 100 / (cpu / 1e6);
    expect(perSecond).toBeGreaterThan(0);
    expect(perSecond).toBeLessThan(1100);
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(100);
    expect(p50).toBeGreaterThan(0);
  } finally {
    await session.close();
  }
});

test(
  "the load generator in TypeScript drives every kind of server",
  async () => {
    const pairs = pairsOn("node").filter(
      ({ workload, contender }) => contender.id.startsWith("node.native") && !workload.needsC,
    );
    expect(pairs.length).toBeGreaterThan(7);
    expect(await faultsOf(pairs, { ...bench, load: "typescript" })).toEqual([]);
  },
  LIMIT_MILLISECONDS,
);
