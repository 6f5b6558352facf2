/** What many rounds say together. */

export interface Quartiles {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** Of `values` in any order; NaN when there are none. Between two of them it interpolates. */
export function quartiles(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b);
  return { lower: quantileOf(sorted, 0.25), median: quantileOf(sorted, 0.5), upper: quantileOf(sorted, 0.75) };
}

/** @param sorted Ascending. */
export function quantileOf(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}
