/** Runs a workload's contenders beside each other: A B C, A B C, and so on. */
import type { Contender } from "../contender.ts";
import type { Bench } from "../machine/bench.ts";
import { watchStolen } from "../machine/stolen.ts";
import type { Sample, Session, Workload } from "../workload.ts";
import type { WorkloadResult } from "./result.ts";
import { undisturbed } from "./undisturbed.ts";

export interface RoundSettings {
  readonly rounds: number;
  readonly seconds: number;
  /** For how long rounds are not counted; one at least. */
  readonly warmUpSeconds: number;
}

/** Who is told how it goes. */
export interface Watcher {
  /** @param round 0 is the warm-up. */
  measures(workload: Workload, contender: Contender, round: number): void;
}

/** How often a sample is taken at most, while the machine's host disturbs. */
const MOST_TRIES = 3;
/** All that is taken again, beside what has to be taken: where the host always disturbs, that does not help. */
const MOST_REPEATED = 0.5;

/** At most, where each round has a new program: those have one thing to do, and are as fast by then as ever after. */
const MOST_WARM_UP_SECONDS_ANEW = 3;
/** Of one program: each starts a load generator, which takes longer than what is measured where that is brief. */
const MOST_WARM_UP_RUNS = 20;

interface Entry {
  readonly contender: Contender;
  readonly samples: Sample[];
  session?: Session;
  problem?: string;
}

/** How often a watcher is told of each contender. */
export function stepsOf({ lifetime }: Workload, rounds: number): number {
  // To start a program and to warm it up are steps, where they come before all rounds.
  return lifetime === undefined ? rounds + 2 : rounds;
}

/**
 * Measures each contender once a round. Programs that live for all rounds are started and warmed up before, and wait while
 * others are measured.
 *
 * One that fails is left out from then on, and says why. What the machine's host spoils is measured again at once.
 */
export async function runRounds(
  workload: Workload,
  bench: Bench,
  { rounds, seconds, warmUpSeconds }: RoundSettings,
  watcher: Watcher,
): Promise<WorkloadResult> {
  const entries: Entry[] = workload.contenders.map((contender) => ({ contender, samples: [] }));
  const mostRepeated = workload.isUntimed === true ? 0 : Math.ceil(entries.length * rounds * MOST_REPEATED);
  let repeated = 0;

  const inTurn = async (round: number, step: (entry: Entry) => Promise<void>): Promise<void> => {
    for (const entry of entries) {
      if (entry.problem !== undefined) continue;
      watcher.measures(workload, entry.contender, round);
      await attempt(entry, () => step(entry));
    }
  };
  const open = async (entry: Entry): Promise<void> => {
    entry.session = await workload.open(entry.contender, bench);
  };
  const measure = async ({ session, samples }: Entry): Promise<void> => {
    if (session === undefined) return;
    const most = Math.min(MOST_TRIES, 1 + mostRepeated - repeated);
    const run = (): Promise<Sample> => session.run({ seconds, isChecked: false });
    const { sample, tries } = await undisturbed(run, most, () => watchStolen(bench.cores));
    repeated += tries - 1;
    samples.push(sample);
  };
  const measureAnew = async (entry: Entry): Promise<void> => {
    await open(entry);
    if (workload.lifetime === "round") {
      await warmUp(entry, seconds, Math.min(warmUpSeconds, MOST_WARM_UP_SECONDS_ANEW));
    }
    await measure(entry);
    await close(entry);
  };

  try {
    if (workload.lifetime === undefined) {
      await inTurn(0, open);
      await inTurn(0, (entry) => warmUp(entry, seconds, warmUpSeconds));
    }
    for (let round = 1; round <= rounds; round++) {
      await inTurn(round, workload.lifetime === undefined ? measure : measureAnew);
    }
  } finally {
    await Promise.all(entries.map(close));
  }
  const { name, title, figure } = workload;
  return { name, title, figure, contenders: entries.map(resultOf), repeated };
}

async function close(entry: Entry): Promise<void> {
  const { session } = entry;
  delete entry.session;
  await session?.close();
}

/**
 * Runs it as it will be measured, several times: a program that has served its connections without an end compiles anew what it
 * had assumed when they close and others come.
 */
async function warmUp({ session }: Entry, seconds: number, warmUpSeconds: number): Promise<void> {
  const each = Math.max(seconds, warmUpSeconds / MOST_WARM_UP_RUNS);
  const runs = Math.min(MOST_WARM_UP_RUNS, Math.max(1, Math.ceil(warmUpSeconds / seconds)));
  for (let run = 0; run < runs; run++) await session?.run({ seconds: each, isChecked: true });
}

async function attempt(entry: Entry, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    entry.problem = (error as Error).message;
  }
}

function resultOf({ contender, samples, problem }: Entry): WorkloadResult["contenders"][number] {
  const { id, platform, title, group } = contender;
  return {
    id,
    platform,
    title,
    ...(group !== undefined && { group }),
    samples,
    ...(problem !== undefined && { problem }),
  };
}
