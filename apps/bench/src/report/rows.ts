/** A workload's results as rows of a table, for every form that a report takes. */
import { type Platform, titleOf } from "../contender.ts";
import type { ContenderResult, WorkloadResult } from "../run/result.ts";
import { advantage, contenderOf, type SampleKey, valuesOf } from "../statistics/figures.ts";
import { quartiles } from "../statistics/quartiles.ts";
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
    { head: "× native", cell: (one) => beside(workload, one, nativeOf(workload, one.platform), "value") },
    ...(has("cpu")
      ? [
          {
            head: "× native by CPU",
            cell: (one: ContenderResult) => beside(workload, one, nativeOf(workload, one.platform), "cpu"),
          },
        ]
      : []),
    { head: "× C", cell: (one) => beside(workload, one, firstIn(workload, "c"), "value") },
    ...(has("cpu")
      ? [{ head: "× C by CPU", cell: (one: ContenderResult) => beside(workload, one, firstIn(workload, "c"), "cpu") }]
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

function nativeOf(workload: WorkloadResult, platform: Platform): ContenderResult | undefined {
  return contenderOf(workload, `${platform}.native`);
}

function firstIn({ contenders }: WorkloadResult, platform: Platform): ContenderResult | undefined {
  return contenders.find((contender) => contender.platform === platform);
}

function beside(
  workload: WorkloadResult,
  one: ContenderResult,
  other: ContenderResult | undefined,
  key: SampleKey,
): string {
  if (other === undefined || other === one) return "";
  return withSpread(advantage(workload, one, other, key), ratio);
}
