/** `npm run bench`: measures, and reports. */
import process from "node:process";
import { choose } from "./command/choose.ts";
import { type CommandLine, HELP, parseCommandLine, UsageError } from "./command/command-line.ts";
import { Progress } from "./command/progress.ts";
import { titleOf } from "./contender.ts";
import { pinSelf } from "./machine/cores.ts";
import { factsOf } from "./machine/facts.ts";
import { findBench, withoutMissing } from "./machine/find.ts";
import { workloadText } from "./report/text.ts";
import type { Result, WorkloadResult } from "./run/result.ts";
import { runRounds } from "./run/rounds.ts";
import type { Workload } from "./workload.ts";
import { workloadsOf } from "./workloads/index.ts";

try {
  process.exitCode = await main(parseCommandLine(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
}

/** Returns the exit status. */
async function main(commandLine: CommandLine): Promise<number> {
  if (commandLine.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const chosen = choose(workloadsOf(commandLine.isQuick ? 1000 : 10_000), commandLine);
  if (commandLine.list) {
    process.stdout.write(listOf(chosen));
    return 0;
  }
  // Children are killed when this process exits.
  process.on("SIGINT", () => process.exit(130)).on("SIGTERM", () => process.exit(143));
  const result = await measure(chosen, commandLine);
  return result.workloads.some(({ contenders }) => contenders.some(({ problem }) => problem !== undefined)) ? 1 : 0;
}

async function measure(chosen: readonly Workload[], { rounds, seconds, load }: CommandLine): Promise<Result> {
  const bench = await findBench(load);
  const { workloads, warnings } = withoutMissing(chosen, bench);
  const machine = factsOf(bench);
  pinSelf(bench.cores);
  for (const warning of warnings) console.error(`bench: ${warning}`);
  const results: WorkloadResult[] = [];
  const progress = new Progress(process.stderr, workloads, rounds);
  for (const workload of workloads) {
    const result = await runRounds(workload, bench, { rounds, seconds }, progress);
    progress.clear();
    console.log(workloadText(result));
    results.push(result);
  }
  return { date: new Date().toISOString(), machine, rounds, seconds, warnings, workloads: results };
}

function listOf(chosen: readonly Workload[]): string {
  return chosen
    .map(({ name, title, contenders }) => {
      const lines = contenders.map((contender) => `    ${contender.id.padEnd(18)}${titleOf(contender)}`);
      return `${name}: ${title}\n${lines.join("\n")}\n`;
    })
    .join("\n");
}
