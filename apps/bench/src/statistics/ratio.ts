/** How two contenders compare, and what the noise lets one say about it. */
import { type Quartiles, quartiles } from "./quartiles.ts";

/** Ratios of rounds that were run beside each other: what slowed the machine in a round slowed both. */
export interface Ratio extends Quartiles {
  /** Between these the true median lies, in at least nine cases of ten; NaN when there were too few rounds to say. */
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
}

const CONFIDENCE = 0.9;

/** Round by round `of` over `beside`; rounds that lack one of them are left out. */
export function ratioOf(of: readonly number[], beside: readonly number[]): Ratio {
  return spreadOf(
    of.flatMap((value, i) => (Number.isFinite(value / (beside[i] ?? Number.NaN)) ? value / (beside[i] ?? 1) : [])),
  );
}

/** The same of plain values. */
export function spreadOf(values: readonly number[]): Ratio {
  const sorted = values.toSorted((a, b) => a - b);
  const outside = outsideOf(sorted.length);
  const low = outside < 0 ? Number.NaN : (sorted[outside] ?? Number.NaN);
  const high = outside < 0 ? Number.NaN : (sorted[sorted.length - 1 - outside] ?? Number.NaN);
  return { ...quartiles(sorted), low, high, rounds: sorted.length };
}

/**
 * How many values may be left out at each end so that the rest still holds the true median; -1 when all are too few.
 *
 * Each value is above or below the true median as a coin falls, whatever the distribution: with 5 rounds none may be left out,
 * with 8 one.
 *
 * Source: the sign test's interval; Conover, Practical Nonparametric Statistics, section 3.2.
 */
function outsideOf(count: number): number {
  let binomial = 1;
  let tail = 0;
  for (let outside = 0; outside * 2 < count; outside++) {
    tail += binomial / 2 ** count;
    if (1 - 2 * tail < CONFIDENCE) return outside - 1;
    binomial = (binomial * (count - outside)) / (outside + 1);
  }
  return -1;
}
