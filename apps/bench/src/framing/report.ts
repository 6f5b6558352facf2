import type { Measured } from "./rounds.ts";

/** A figure that one case must reach beside others: their time over its time, where the best of them counts. */
export interface Bar {
  readonly of: string;
  readonly beside: readonly string[];
  readonly atLeast: number;
}

/** Prints a table of nanoseconds, and how the bars were met; returns whether all were. */
export function report(title: string, measured: readonly Measured[], bars: readonly Bar[]): boolean {
  console.log(`\n${title}`);
  const widest = Math.max(...measured.map(({ name }) => name.length));
  for (const { name, median, lower, upper } of measured) {
    console.log(`  ${name.padEnd(widest)}  ${nanoseconds(median)}  (${nanoseconds(lower)} to ${nanoseconds(upper)})`);
  }
  return bars.map((bar) => reportBar(bar, measured)).every(Boolean);
}

function reportBar({ of, beside, atLeast }: Bar, measured: readonly Measured[]): boolean {
  const time = (name: string): number => measured.find((one) => one.name === name)?.median ?? Number.NaN;
  const best = beside.reduce((a, b) => (time(b) < time(a) ? b : a));
  const ratio = time(best) / time(of);
  const isMet = ratio >= atLeast;
  console.log(
    `  ${isMet ? "met" : "MISSED"}: ${of} is ${ratio.toFixed(2)} times ${best}; at least ${atLeast} was asked for`,
  );
  return isMet;
}

function nanoseconds(time: number): string {
  if (time < 10_000) return `${time.toFixed(1)} ns`.padStart(10);
  return time < 10_000_000
    ? `${(time / 1e3).toFixed(1)} µs`.padStart(10)
    : `${(time / 1e6).toFixed(1)} ms`.padStart(10);
}
