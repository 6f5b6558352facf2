/** A workload's results as rows of a table, for every form that a report takes. */
import { titleOf } from "../contender.ts";
import type { ContenderResult, WorkloadResult } from "../run/result.ts";
import { advantage, type SampleKey, valuesOf } from "../statistics/figures.ts";
import { quartiles } from "../statistics/quartiles.ts";
import { ratioOf } from "../statistics/ratio.ts";
import { firstInC, nativeOf } from "./baselines.ts";
import { figure, ratio, withSpread } from "./numbers.ts";

/** The head, and a row for each contender: the best of a platform beside each other. */
export function tableOf(workload: WorkloadResult): string[][] {
  const has = (key: SampleKey): boolean =>
    workload.contenders.some((contender) => valuesOf(contender, key).some(Number.isFinite));
  const columns: Column[] = [
    { head: "", cell: titleOf },
    { head: workload.figure.unit, cell: (one) => withSpread(quartiles(valuesOf(one, "value")), figure) },
    ...(has("cpu") ? [{ head: "CPU µs each", cell: (one: ContenderResult) => medianOf(one, "cpu") }] : []),
    ...(has("p50") ? [{ head: "p50 µs", cell: (one: ContenderResult) => medianOf(one, "p50") }] : []),
    ...(has("p99") ? [{ head: "p99 µs", cell: (one: ContenderResult) => medianOf(one, "p99") }] : []),
    { head: "× native", cell: (one) => beside(workload, one, nativeOf(workload, one), "value") },
    ...(has("cpu")
      ? [
          {
            head: "× native by CPU",
            cell: (one: ContenderResult) => beside(workload, one, nativeOf(workload, one), "cpu"),
          },
        ]
      : []),
    { head: "× C", cell: (one) => beside(workload, one, firstInC(workload, one), "value") },
    ...(has("cpu")
      ? [{ head: "× C by CPU", cell: (one: ContenderResult) => beside(workload, one, firstInC(workload, one), "cpu") }]
      : []),
  ];
  const measured = workload.contenders.filter(({ samples }) => samples.length > 0);
  const rows = [columns.map(({ head }) => head), ...measured.map((one) => columns.map(({ cell }) => cell(one)))];
  // A column that nobody fills says nothing.
  const isFilled = columns.map((_, at) => at === 0 || rows.slice(1).some((row) => row[at] !== "–" && row[at] !== ""));
  return rows.map((row) => row.filter((_, at) => isFilled[at]));
}

interface Column {
  readonly head: string;
  readonly cell: (one: ContenderResult) => string;
}

function medianOf(one: ContenderResult, key: SampleKey): string {
  return figure(quartiles(valuesOf(one, key)).median);
}

function beside(
  workload: WorkloadResult,
  one: ContenderResult,
  other: ContenderResult | undefined,
  key: SampleKey,
): string {
  if (other === undefined || other === one) return "";
  // Of rates and sizes, as they are; of time, how many times as fast.
  if (key === "value") return withSpread(ratioOf(valuesOf(one, key), valuesOf(other, key)), ratio);
  return withSpread(advantage(workload, one, other, key), ratio);
}
