/** Measures cases beside each other: every round runs each once, so that what slows the machine slows them all. */

export interface Case {
  readonly name: string;
  /** Does the work once, and returns how many operations it was. */
  run(): number | Promise<number>;
}

export interface Measured {
  readonly name: string;
  /** Nanoseconds an operation: the median of the rounds, and the quarters below and above it. */
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

/** Rounds that are not counted: the compilers' share. */
const WARM_UP_ROUNDS = 2;

export async function measure(cases: readonly Case[], rounds: number): Promise<Measured[]> {
  const times = cases.map((): number[] => []);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [i, { run }] of cases.entries()) {
      const start = performance.now();
      const operations = await run();
      const time = ((performance.now() - start) * 1e6) / operations;
      if (round >= 0) times[i]?.push(time);
    }
  }
  return cases.map(({ name }, i) => ({ name, ...quartiles(times[i] ?? []) }));
}

function quartiles(times: number[]): Omit<Measured, "name"> {
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return { median: at(0.5), lower: at(0.25), upper: at(0.75) };
}
