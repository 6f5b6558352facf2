/** The report as tables for docs/performance.md. */
import type { Result, WorkloadResult } from "../run/result.ts";
import { barRows, sizeRows } from "./other-rows.ts";
import { tableOf } from "./rows.ts";
import { repeatedText, versionsText } from "./text.ts";

export function markdownOf(result: Result): string {
  const { machine, rounds, seconds, date, workloads, bars, sizes } = result;
  const { processor, cores, system, loadGenerator, pinned, governor, loadAverage } = machine;
  const facts = [
    `${processor}, ${cores} cores, ${system}`,
    versionsText(machine),
    `load generator in ${loadGenerator}`,
    pinned === null ? "nothing pinned" : `servers on core ${pinned.server}, the load on core ${pinned.load}`,
    ...(governor === null ? [] : [`governor ${governor}`]),
    `load average before ${loadAverage.toFixed(2)}`,
    ...repeatedText(result),
  ];
  return [
    `Taken ${date.slice(0, 10)}: ${facts.join("; ")}. Medians (and quartiles) of ${rounds} rounds of ${seconds} s.`,
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

function workloadLines(workload: WorkloadResult): string[] {
  return [`### ${workload.name}`, "", workload.title, "", ...tableLines(tableOf(workload)), ""];
}

function tableLines([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...rows.map(line)];
}
