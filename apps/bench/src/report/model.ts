/** What the page shows, worked out: its script only draws. */
import type { Verdict } from "../bars/verdict.ts";
import { PLATFORM_TITLES, type Platform } from "../contender.ts";
import type { ContenderResult, Result, WorkloadResult } from "../run/result.ts";
import { advantage, type SampleKey, valuesOf } from "../statistics/figures.ts";
import { quartiles } from "../statistics/quartiles.ts";
import type { Ratio } from "../statistics/ratio.ts";
import { firstInC, nativeOf } from "./baselines.ts";
import { notesOn } from "./notes.ts";
import { withInterval } from "./numbers.ts";
import { askText, printOf, sizeRows } from "./other-rows.ts";
import { coresText, repeatedText, versionsText } from "./text.ts";

/** A row of a chart: a dot for the median, a line for the quartiles, a tick for each round. */
export interface Row {
  readonly label: string;
  readonly platform: Platform;
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
  readonly rounds: readonly number[];
}

export interface Chart {
  /** For the button that shows it. */
  readonly name: string;
  readonly unit: string;
  readonly better: "more" | "less";
  /** Where a line is drawn: 1 for ratios. */
  readonly reference?: number;
  readonly rows: readonly Row[];
}

export interface Section {
  readonly name: string;
  readonly title: string;
  readonly charts: readonly Chart[];
  readonly notes: readonly string[];
}

/** How far a bar was passed, or missed: 1 is what was asked, more is better. */
export interface BarRow {
  readonly issue: number;
  readonly title: string;
  readonly platform: Platform;
  readonly asked: string;
  readonly got: string;
  readonly verdict: Verdict;
  readonly reached?: Reached;
  readonly byCpu?: Reached & { readonly verdict: Verdict; readonly got: string };
}

interface Reached {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Model {
  readonly date: string;
  readonly facts: readonly string[];
  readonly warnings: readonly string[];
  readonly platforms: Readonly<Record<Platform, string>>;
  readonly bars: readonly BarRow[];
  readonly sections: readonly Section[];
  readonly sizes: readonly (readonly string[])[];
}

export function modelOf(result: Result): Model {
  const { date, machine, rounds, seconds, warnings, workloads, bars, sizes } = result;
  const { processor, cores, system, loadGenerator, loadAverage } = machine;
  return {
    date,
    facts: [
      `${processor}, ${cores} cores`,
      system,
      versionsText(machine),
      `${rounds} rounds of ${seconds} s`,
      `load generator in ${loadGenerator}`,
      coresText(machine),
      `load average before ${loadAverage.toFixed(2)}`,
      ...repeatedText(result),
    ],
    warnings,
    platforms: PLATFORM_TITLES,
    bars: bars.map(barRow),
    sections: workloads.map(sectionOf),
    sizes: sizeRows(sizes),
  };
}

function barRow({ bar, verdict, got, byCpu }: Result["bars"][number]): BarRow {
  const { issue, title, platform, ask } = bar;
  const print = printOf(bar);
  const reached = ({ median, low, high }: Ratio): Reached => {
    if ("atLeast" in ask) return { median: median / ask.atLeast, low: low / ask.atLeast, high: high / ask.atLeast };
    return { median: ask.atMost / median, low: ask.atMost / high, high: ask.atMost / low };
  };
  return {
    issue,
    title,
    platform,
    asked: askText(bar),
    got: got === undefined ? "" : withInterval(got, print),
    verdict,
    ...(got !== undefined && { reached: reached(got) }),
    ...(byCpu !== undefined && {
      byCpu: { ...reached(byCpu.got), verdict: byCpu.verdict, got: withInterval(byCpu.got, print) },
    }),
  };
}

function sectionOf(workload: WorkloadResult): Section {
  const { name, title, figure, contenders } = workload;
  const problems = contenders.flatMap(({ id, problem }) => (problem === undefined ? [] : [`${id}: ${problem}`]));
  const charts = [
    besideChart(workload, "beside native", nativeOf, "value"),
    besideChart(workload, "beside native, by CPU time", nativeOf, "cpu"),
    besideChart(workload, "beside C", firstInC, "value"),
    besideChart(workload, "beside C, by CPU time", firstInC, "cpu"),
    plainChart(workload, figure.unit, "value", figure),
    plainChart(workload, "CPU time", "cpu", { unit: "µs each", better: "less" }),
    plainChart(workload, "median latency", "p50", { unit: "µs", better: "less" }),
    plainChart(workload, "99th percentile", "p99", { unit: "µs", better: "less" }),
  ];
  return {
    name,
    title,
    charts: charts.filter(({ rows }) => rows.length > 0),
    notes: [...problems, ...notesOn(workload)],
  };
}

/** How many times as good as another. */
function besideChart(
  workload: WorkloadResult,
  name: string,
  baselineOf: (workload: WorkloadResult, one: ContenderResult) => ContenderResult | undefined,
  key: SampleKey,
): Chart {
  const rows = workload.contenders.flatMap((one) => {
    const baseline = baselineOf(workload, one);
    if (baseline === undefined || baseline === one) return [];
    const ratios = one.samples.map((sample, round) => {
      const pair = [sample, baseline.samples[round]].map((other) => other?.[key] ?? Number.NaN) as [number, number];
      const isMoreBetter = key === "value" && workload.figure.better === "more";
      return isMoreBetter ? pair[0] / pair[1] : pair[1] / pair[0];
    });
    return rowOf(one, ratios, advantage(workload, one, baseline, key));
  });
  return { name, unit: "times as good", better: "more", reference: 1, rows };
}

function plainChart(
  workload: WorkloadResult,
  name: string,
  key: SampleKey,
  figure: Pick<Chart, "unit" | "better">,
): Chart {
  const rows = workload.contenders.flatMap((one) => rowOf(one, valuesOf(one, key), quartiles(valuesOf(one, key))));
  return { name, ...figure, rows };
}

/** None where nothing was measured. */
function rowOf(
  { title, platform }: ContenderResult,
  values: readonly number[],
  { median, lower, upper }: Pick<Row, "median" | "lower" | "upper">,
): Row[] {
  const rounds = values.filter((value) => Number.isFinite(value) && value > 0);
  if (!Number.isFinite(median) || median <= 0) return [];
  return [{ label: title, platform, median, lower, upper, rounds }];
}
