/** The report in a terminal. */
import type { WorkloadResult } from "../run/result.ts";
import { tableOf } from "./rows.ts";

export function workloadText(workload: WorkloadResult): string {
  const problems = workload.contenders.flatMap(({ id, problem }) =>
    problem === undefined ? [] : [`  ${id}: ${problem}`],
  );
  return [`${workload.name}: ${workload.title}`, ...columnsOf(tableOf(workload)), ...problems, ""].join("\n");
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
