/** Whether a bar was met, as far as the noise lets one say. */
import type { ContenderResult, WorkloadResult } from "../run/result.ts";
import { advantage, contenderOf, type SampleKey, valuesOf } from "../statistics/figures.ts";
import { type Ratio, ratioOf, spreadOf } from "../statistics/ratio.ts";
import type { Bar } from "./bar.ts";

export type Verdict = "met" | "missed" | "not decided" | "not measured";

export interface Judged {
  readonly bar: Bar;
  readonly verdict: Verdict;
  /** What was measured; none when it was not. */
  readonly got?: Ratio;
  /** Where the figure goes by the clock: the same by CPU time, which other programs on the machine disturb less. */
  readonly byCpu?: { readonly verdict: Verdict; readonly got: Ratio };
}

export function judge(bar: Bar, workloads: readonly WorkloadResult[]): Judged {
  const workload = workloads.find(({ name }) => name === bar.workload);
  const got = workload && measured(bar, workload, bar.figure);
  if (got === undefined) return { bar, verdict: "not measured" };
  const cpu =
    bar.figure === "value" && bar.beside.length > 0 ? measured(bar, workload as WorkloadResult, "cpu") : undefined;
  return {
    bar,
    verdict: verdictOf(got, bar.ask),
    got,
    ...(cpu !== undefined && { byCpu: { verdict: verdictOf(cpu, bar.ask), got: cpu } }),
  };
}

/** Decided when the true median is on one side of what was asked, wherever it is between `low` and `high`. */
export function verdictOf({ low, high }: Pick<Ratio, "low" | "high">, ask: Bar["ask"]): Verdict {
  const [isMet, isMissed] =
    "atLeast" in ask ? [low >= ask.atLeast, high < ask.atLeast] : [high <= ask.atMost, low > ask.atMost];
  if (isMet) return "met";
  return isMissed ? "missed" : "not decided";
}

/** Undefined when one of both has no such figure. */
function measured({ of, beside, ask }: Bar, workload: WorkloadResult, key: SampleKey): Ratio | undefined {
  const one = bestOf(of, workload, key);
  if (one === undefined) return undefined;
  if (beside.length === 0) return present(spreadOf(valuesOf(one, key)));
  const other = bestOf(beside, workload, key);
  if (other === undefined) return undefined;
  if ("atLeast" in ask) return present(advantage(workload, one, other, key));
  return present(ratioOf(valuesOf(one, key), valuesOf(other, key)));
}

function bestOf(ids: readonly string[], workload: WorkloadResult, key: SampleKey): ContenderResult | undefined {
  const known = ids.flatMap((id) => contenderOf(workload, id) ?? []).filter(({ samples }) => samples.length > 0);
  return known.reduce<ContenderResult | undefined>((best, one) => {
    return best === undefined || advantage(workload, one, best, key).median > 1 ? one : best;
  }, undefined);
}

function present(ratio: Ratio): Ratio | undefined {
  return Number.isFinite(ratio.median) ? ratio : undefined;
}
