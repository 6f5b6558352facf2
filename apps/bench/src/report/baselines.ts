/** Whom a contender is shown beside, among those of its group. */
import type { ContenderResult, WorkloadResult } from "../run/result.ts";

/** The runtime's own API. */
export function nativeOf({ contenders }: WorkloadResult, one: ContenderResult): ContenderResult | undefined {
  const id = one.group === undefined ? `${one.platform}.native` : `${one.platform}.native-${one.group}`;
  return contenders.find((other) => other.id === id);
}

/** The first way in C. */
export function firstInC({ contenders }: WorkloadResult, one: ContenderResult): ContenderResult | undefined {
  return contenders.find(({ platform, group }) => platform === "c" && group === one.group);
}
