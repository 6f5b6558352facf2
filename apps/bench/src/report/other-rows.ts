/** Bars and sizes as rows of tables. */
import type { Bar } from "../bars/bar.ts";
import type { Judged } from "../bars/verdict.ts";
import { PLATFORM_TITLES } from "../contender.ts";
import type { Size } from "../machine/sizes.ts";
import { figure, ratio, withInterval } from "./numbers.ts";

export function barRows(bars: readonly Judged[]): string[][] {
  const head = ["asked for", "runtime", "asked", "got", "", "by CPU time", ""];
  return [
    head,
    ...bars.map(({ bar, verdict, got, byCpu }) => {
      const print = printOf(bar);
      return [
        bar.title,
        PLATFORM_TITLES[bar.platform],
        askText(bar),
        got === undefined ? "–" : withInterval(got, print),
        verdict,
        byCpu === undefined ? "" : withInterval(byCpu.got, print),
        byCpu?.verdict ?? "",
      ];
    }),
  ];
}

export function askText(bar: Bar): string {
  const { ask } = bar;
  return "atLeast" in ask ? `≥ ${ask.atLeast}` : `≤ ${printOf(bar)(ask.atMost)}`;
}

/** Ratios have two places, other figures have three digits. */
export function printOf({ beside }: Bar): (value: number) => string {
  return beside.length === 0 ? figure : ratio;
}

export function sizeRows(sizes: readonly Size[]): string[][] {
  const whole = (value: number): string => value.toLocaleString("en");
  return [
    ["package", "code", "code, compressed", "published"],
    ...sizes.map(({ name, code, compressed, published }) => [name, whole(code), whole(compressed), whole(published)]),
  ];
}
