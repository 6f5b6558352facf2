/** How long a program takes that makes one socket and ends. */
import type { Contender } from "../contender.ts";
import { type Bench, runProgram } from "../machine/bench.ts";
import { RUNTIME_NAMES } from "../machine/runtimes.ts";
import { quartiles } from "../statistics/quartiles.ts";
import type { Round, Sample, Workload } from "../workload.ts";

const PROGRAMS: Readonly<Record<string, string>> = {
  empty: "an empty program",
  "node-net": "node:net",
  omnisock: "omnisock",
  framing: "omnisock and framing",
  posix: "omnisock/posix",
};

export const startup: Workload = {
  name: "startup",
  title: "A program starts, makes one socket, and ends.",
  figure: { unit: "ms", better: "less" },
  contenders: RUNTIME_NAMES.flatMap((platform) =>
    Object.entries(PROGRAMS).map(([program, title]): Contender => {
      return { id: `${platform}.${program}`, platform, title, source: `src/programs/startup/${program}.ts`, args: [] };
    }),
  ),
  lifetime: "measurement",
  async open(contender, bench) {
    return { run: (round) => measure(contender, bench, round), close: async () => {} };
  },
};

/** As often as the time allows, once at least. */
async function measure(contender: Contender, bench: Bench, { seconds }: Round): Promise<Sample> {
  const milliseconds: number[] = [];
  const cpu: number[] = [];
  const until = performance.now() + seconds * 1e3;
  do {
    const began = performance.now();
    cpu.push(Number(await runProgram(contender, bench)));
    milliseconds.push(performance.now() - began);
  } while (performance.now() < until);
  return { value: quartiles(milliseconds).median, cpu: quartiles(cpu).median };
}
