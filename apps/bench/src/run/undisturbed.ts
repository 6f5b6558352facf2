import type { Sample } from "../workload.ts";

/** The share of the cores' time from which on a measurement is spoilt: one tick of the kernel's clock says nothing. */
export const MOST_STOLEN = 0.03;

export interface Undisturbed {
  readonly sample: Sample;
  /** How often it was measured. */
  readonly tries: number;
}

/**
 * Measures, and again while the machine's host took much of the cores meanwhile. What the sample says plays no part: of tries
 * that were all spoilt the least spoilt counts.
 *
 * @param most How often at most, 1 or more.
 * @param watch As `watchStolen()`.
 */
export async function undisturbed(
  measure: () => Promise<Sample>,
  most: number,
  watch: () => () => number,
): Promise<Undisturbed> {
  const share = watch();
  let sample = await measure();
  let stolen = share();
  let tries = 1;
  for (; stolen > MOST_STOLEN && tries < most; tries++) {
    const shareAgain = watch();
    const again = await measure();
    const stolenAgain = shareAgain();
    if (stolenAgain >= stolen) continue;
    sample = again;
    stolen = stolenAgain;
  }
  return { sample, tries };
}
