/** The report in a terminal. */
import type { Result, WorkloadResult } from "../run/result.ts";
import { MOST_STOLEN } from "../run/undisturbed.ts";
import { notesOn } from "./notes.ts";
import { barRows, sizeRows } from "./other-rows.ts";
import { tableOf } from "./rows.ts";

export function workloadText(workload: WorkloadResult): string {
  const problems = workload.contenders.flatMap(({ id, problem }) =>
    problem === undefined ? [] : [`${id}: ${problem}`],
  );
  const notes = [...problems, ...notesOn(workload)].map((note) => `  ${note}`);
  return [`${workload.name}: ${workload.title}`, ...columnsOf(tableOf(workload)), ...notes, ""].join("\n");
}

/** What stands after all workloads. */
export function endText(result: Result): string {
  const { bars, sizes, machine, rounds, seconds } = result;
  const asked = bars.filter(({ verdict }) => verdict !== "not measured");
  const { processor, cores, system, loadGenerator } = machine;
  return [
    ...(asked.length === 0 ? [] : ["What was asked, and what was got", ...columnsOf(barRows(asked)), ""]),
    "Packages, bytes",
    ...columnsOf(sizeRows(sizes)),
    "",
    `Medians (and quartiles) of ${rounds} rounds of ${seconds} s; ratios are taken round by round.`,
    `${processor}, ${cores} cores, ${system}; load generator in ${loadGenerator}; ${versionsText(machine)}.`,
    ...repeatedText(result).map((text) => `${text}.`),
  ].join("\n");
}

/** How often the machine's host disturbed; nothing where it never did. */
export function repeatedText({ workloads }: Result): string[] {
  const repeated = workloads.reduce((sum, workload) => sum + workload.repeated, 0);
  if (repeated === 0) return [];
  const samples = workloads.flatMap(({ contenders }) => contenders.flatMap((one) => one.samples)).length;
  return [
    `${repeated} of ${samples + repeated} measurements taken again, as the machine's host took more than ${MOST_STOLEN * 100} % of the cores`,
  ];
}

/** Who had which core. */
export function coresText({ pinned, isAwake }: Result["machine"]): string {
  if (pinned === null) return "nothing pinned";
  return `servers on core ${pinned.server}, the load on core ${pinned.load}${isAwake ? ", both kept awake" : ""}`;
}

export function versionsText({ versions }: Result["machine"]): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

/** Aligned: the first column to the left, figures to the right. */
function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? `  ${cell.padEnd(widths[at] ?? 0)}` : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
