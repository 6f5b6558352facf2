/** Figures out of samples: of one contender, and of one beside another. */
import type { ContenderResult, WorkloadResult } from "../run/result.ts";
import type { Sample } from "../workload.ts";
import { type Ratio, ratioOf } from "./ratio.ts";

export type SampleKey = keyof Sample;

/** A figure of every round; NaN where a sample lacks it. */
export function valuesOf({ samples }: Pick<ContenderResult, "samples">, key: SampleKey): number[] {
  return samples.map((sample) => sample[key] ?? Number.NaN);
}

export function contenderOf({ contenders }: WorkloadResult, id: string): ContenderResult | undefined {
  return contenders.find((contender) => contender.id === id);
}

/** How many times as good one is as the other: as fast, or as little of what less is better of. */
export function advantage(
  workload: WorkloadResult,
  of: ContenderResult,
  beside: ContenderResult,
  key: SampleKey = "value",
): Ratio {
  const isMoreBetter = key === "value" && workload.figure.better === "more";
  const [over, under] = isMoreBetter ? [of, beside] : [beside, of];
  return ratioOf(valuesOf(over, key), valuesOf(under, key));
}
