/** `npm run bench`: measures, and reports. */
import process from "node:process";
import { allBars } from "./bars/bars.ts";
import { judge } from "./bars/verdict.ts";
import { choose } from "./command/choose.ts";
import { type CommandLine, HELP, parseCommandLine, UsageError } from "./command/command-line.ts";
import { checkOutputs, writeOutputs } from "./command/outputs.ts";
import { Progress } from "./command/progress.ts";
import { titleOf } from "./contender.ts";
import { keepAwake, pinSelf } from "./machine/cores.ts";
import { factsOf } from "./machine/facts.ts";
import { findBench, withoutMissing } from "./machine/find.ts";
import { mostOpenFiles } from "./machine/memory.ts";
import { isMissing } from "./machine/runtimes.ts";
import { packageSizes } from "./machine/sizes.ts";
import { endText, workloadText } from "./report/text.ts";
import type { Result, WorkloadResult } from "./run/result.ts";
import { runRounds } from "./run/rounds.ts";
import type { Workload } from "./workload.ts";
import { workloadsOf } from "./workloads/index.ts";

const MOST_CONNECTIONS = 10_000;
const QUICK_CONNECTIONS = 1000;
/** Besides its connections a process has some files open. */
const OTHER_FILES = 100;

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
  const most = commandLine.isQuick ? QUICK_CONNECTIONS : MOST_CONNECTIONS;
  const all = workloadsOf(most);
  const chosen = choose(commandLine.isQuick ? all.map(keptForAllRounds) : all, commandLine);
  if (commandLine.list) {
    process.stdout.write(listOf(chosen));
    return 0;
  }
  if (mostOpenFiles() < most + OTHER_FILES) {
    throw new UsageError(`${most} connections take as many open files: \`ulimit -n\` allows ${mostOpenFiles()}`);
  }
  checkOutputs(commandLine);
  // Children are killed when this process exits.
  process.on("SIGINT", () => process.exit(130)).on("SIGTERM", () => process.exit(143));
  const result = await measure(chosen, most, commandLine);
  console.log(endText(result));
  writeOutputs(result, commandLine);
  return result.workloads.some(({ contenders }) => contenders.some(({ problem }) => problem !== undefined)) ? 1 : 0;
}

async function measure(
  chosen: readonly Workload[],
  most: number,
  { rounds, seconds, warmUpSeconds, load }: CommandLine,
): Promise<Result> {
  const bench = await findBench(load);
  if (load === "c" && isMissing(bench.tools.c)) throw new UsageError(`--load c: ${bench.tools.c.reason}`);
  const { workloads, warnings } = withoutMissing(chosen, bench);
  if (workloads.length === 0) throw new UsageError(`nothing is left to measure: ${warnings.join("; ")}`);
  const machine = factsOf(bench);
  if (machine.loadAverage > machine.cores / 2) {
    warnings.push(
      `other programs run here too (load average ${machine.loadAverage.toFixed(1)}): trust CPU time more than rates`,
    );
  }
  for (const warning of warnings) console.error(`bench: ${warning}`);
  pinSelf(bench.cores);
  const awake = bench.cores !== undefined && machine.isAwake ? keepAwake(bench.cores) : undefined;
  const results: WorkloadResult[] = [];
  const progress = new Progress(process.stderr, workloads, rounds);
  for (const workload of workloads) {
    const result = await runRounds(workload, bench, { rounds, seconds, warmUpSeconds }, progress);
    progress.clear();
    console.log(workloadText(result));
    results.push(result);
  }
  await awake?.kill();
  const bars = allBars(most).map((bar) => judge(bar, results));
  const date = new Date().toISOString();
  return { date, machine, rounds, seconds, warnings, workloads: results, bars, sizes: packageSizes() };
}

/** To start a program anew in each round would take most of the time of a quick look. */
function keptForAllRounds(workload: Workload): Workload {
  if (workload.lifetime !== "round") return workload;
  const { lifetime, ...kept } = workload;
  return kept;
}

function listOf(chosen: readonly Workload[]): string {
  return chosen
    .map(({ name, title, contenders }) => {
      const lines = contenders.map((contender) => `    ${contender.id.padEnd(32)}${titleOf(contender)}`);
      return `${name}: ${title}\n${lines.join("\n")}\n`;
    })
    .join("\n");
}
