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

interface Entry {
  readonly contender: Contender;
  readonly samples: Sample[];
  session?: Session;
  problem?: string;
}

/**
 * Measures each contender once a round, after some that are not counted, unless they start anew each time.
 *
 * All programs are started before, and wait while others are measured. One that fails is left out from then on, and says why.
 * What the machine's host spoils is measured again at once.
 */
export async function runRounds(
  workload: Workload,
  bench: Bench,
  { rounds, seconds, warmUpSeconds }: RoundSettings,
  watcher: Watcher,
): Promise<WorkloadResult> {
  const entries: Entry[] = workload.contenders.map((contender) => ({ contender, samples: [] }));
  const watch = (): (() => number) => watchStolen(bench.cores);
  const mostRepeated = workload.isUntimed === true ? 0 : Math.ceil(entries.length * rounds * MOST_REPEATED);
  let repeated = 0;
  try {
    for (const entry of entries) {
      await attempt(entry, async () => {
        watcher.measures(workload, entry.contender, 0);
        entry.session = await workload.open(entry.contender, bench);
      });
    }
    for (let round = workload.startsAnew ? 1 : 0; round <= rounds; round++) {
      for (const entry of entries) {
        const { contender, session, problem } = entry;
        if (session === undefined || problem !== undefined) continue;
        watcher.measures(workload, contender, round);
        await attempt(entry, async () => {
          if (round === 0) return warmUp(session, seconds, warmUpSeconds);
          const most = Math.min(MOST_TRIES, 1 + mostRepeated - repeated);
          const { sample, tries } = await undisturbed(() => session.run({ seconds, isChecked: false }), most, watch);
          repeated += tries - 1;
          entry.samples.push(sample);
        });
      }
    }
  } finally {
    await Promise.all(entries.map(({ session }) => session?.close()));
  }
  const { name, title, figure } = workload;
  return { name, title, figure, contenders: entries.map(resultOf), repeated };
}

/**
 * Runs it as it will be measured, several times: a program that has served its connections without an end compiles anew what it
 * had assumed when they close and others come.
 */
async function warmUp(session: Session, seconds: number, warmUpSeconds: number): Promise<void> {
  let passed = 0;
  do {
    await session.run({ seconds, isChecked: true });
    passed += seconds;
  } while (passed < warmUpSeconds);
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
