/** Numbers as people read them. */
import type { Quartiles } from "../statistics/quartiles.ts";
import type { Ratio } from "../statistics/ratio.ts";

/** Three digits that count, with thousands marked: "78,000", "12.3", "0.0456". */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format(value);
}

/** A ratio to two places; large ones to three digits. */
export function ratio(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return value < 10 ? value.toFixed(2) : figure(value);
}

/** "1.12 (1.08–1.15)". */
export function withSpread({ median, lower, upper }: Quartiles, print: (value: number) => string): string {
  return Number.isFinite(median) ? `${print(median)} (${print(lower)}–${print(upper)})` : "–";
}

/** The same, with what the true median is between. */
export function withInterval({ median, low, high }: Ratio, print: (value: number) => string): string {
  if (!Number.isFinite(low)) return `${print(median)} (too few rounds)`;
  return `${print(median)} (${print(low)}–${print(high)})`;
}
