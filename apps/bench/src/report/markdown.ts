/** The report as tables: for docs/performance.md, and its headlines for README.md. */
import type { Judged } from "../bars/verdict.ts";
import { PLATFORM_TITLES } from "../contender.ts";
import { RUNTIME_NAMES, type RuntimeName } from "../machine/runtimes.ts";
import type { Result, WorkloadResult } from "../run/result.ts";
import { barRows, printOf, sizeRows } from "./other-rows.ts";
import { tableOf } from "./rows.ts";
import { coresText, repeatedText, versionsText } from "./text.ts";

export function markdownOf(result: Result): string {
  const { workloads, bars, sizes } = result;
  return [
    takenText(result),
    "",
    "### Asked and got",
    "",
    ...tableLines(barRows(bars)),
    "",
    ...workloads.flatMap(workloadLines),
    "### Sizes",
    "",
    ...tableLines(sizeRows(sizes)),
    "",
  ].join("\n");
}

/** The few figures for those who read no more: how many times as fast, or as much, the median of the rounds. */
export function headlinesOf({ date, machine, rounds, bars }: Result): string {
  const headlines = Map.groupBy(
    bars.filter(({ bar }) => bar.isHeadline),
    ({ bar }) => bar.title,
  );
  const rows = [...headlines].map(([title, judged]) => [title, ...RUNTIME_NAMES.map((name) => medianOf(judged, name))]);
  return [
    `Taken ${date.slice(0, 10)} on ${machine.processor}, ${machine.cores} cores; medians of ${rounds} rounds.`,
    "",
    ...tableLines([["", ...RUNTIME_NAMES.map((name) => PLATFORM_TITLES[name])], ...rows]),
    "",
  ].join("\n");
}

function medianOf(judged: readonly Judged[], runtime: RuntimeName): string {
  const one = judged.find(({ bar }) => bar.platform === runtime);
  return one?.got === undefined ? "–" : printOf(one.bar)(one.got.median);
}

/** When and where it was measured, and how. */
function takenText(result: Result): string {
  const { machine, rounds, seconds, date } = result;
  const { processor, cores, system, loadGenerator, governor, loadAverage } = machine;
  const facts = [
    `${processor}, ${cores} cores, ${system}`,
    versionsText(machine),
    `load generator in ${loadGenerator}`,
    coresText(machine),
    ...(governor === null ? [] : [`governor ${governor}`]),
    `load average before ${loadAverage.toFixed(2)}`,
    ...repeatedText(result),
  ];
  return `Taken ${date.slice(0, 10)}: ${facts.join("; ")}. Medians (and quartiles) of ${rounds} rounds of ${seconds} s.`;
}

function workloadLines(workload: WorkloadResult): string[] {
  return [`### ${workload.name}`, "", workload.title, "", ...tableLines(tableOf(workload)), ""];
}

function tableLines([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...rows.map(line)];
}
