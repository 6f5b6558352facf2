/** What makes a workload's figures doubtful. */
import type { ContenderResult, WorkloadResult } from "../run/result.ts";
import { type SampleKey, valuesOf } from "../statistics/figures.ts";
import { quartiles } from "../statistics/quartiles.ts";

/** Of a core, from which on one counts as busy, and below which as waiting. */
const BUSY = 0.95;
const WAITING = 0.85;

export function notesOn({ contenders, name }: WorkloadResult): string[] {
  const limited = contenders.filter((one) => medianOf(one, "loadBusy") > BUSY && medianOf(one, "busy") < WAITING);
  const ids = limited.map(({ id }) => id).join(", ");
  return limited.length === 0 ? [] : [`${name}: the load generator was the limit, not the server, for ${ids}`];
}

function medianOf(one: ContenderResult, key: SampleKey): number {
  return quartiles(valuesOf(one, key)).median;
}
