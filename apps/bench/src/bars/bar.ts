/** A figure that was asked for, before anything was measured. */
import type { RuntimeName } from "../machine/runtimes.ts";
import type { SampleKey } from "../statistics/figures.ts";

export interface Bar {
  /** The issue that asks for it. */
  readonly issue: number;
  readonly title: string;
  /** Whether it is among the few figures for those who read no more. */
  readonly isHeadline: boolean;
  readonly platform: RuntimeName;
  readonly workload: string;
  readonly figure: SampleKey;
  /** Contenders of the workload; of several the best counts. */
  readonly of: readonly string[];
  /** None: the figure itself is asked for. */
  readonly beside: readonly string[];
  /** At least so many times as good, or at most so many times as much. */
  readonly ask: { readonly atLeast: number } | { readonly atMost: number };
}

export interface Ask {
  readonly issue: number;
  readonly title: string;
  readonly isHeadline?: boolean;
  readonly workload: string;
  readonly figure?: SampleKey;
  readonly of: string | readonly string[];
  readonly beside?: string | readonly string[];
  readonly atLeast?: PerRuntime;
  readonly atMost?: PerRuntime;
}

/** What is asked of each runtime; where nothing stands, nothing is. */
export type PerRuntime = { readonly [name in RuntimeName]?: number };

/** A row of an issue's table: a bar for each runtime. Contenders are named without the runtime, unless they are "c." ones. */
export function barsOf(row: Ask): Bar[] {
  const { issue, title, isHeadline = false, workload, figure = "value", of, beside = [], atLeast, atMost } = row;
  return Object.entries(atLeast ?? atMost ?? {}).map(([name, asked]) => {
    const platform = name as RuntimeName;
    const idsOf = (ways: string | readonly string[]): string[] =>
      [ways].flat().map((way) => (way.startsWith("c.") ? way : `${platform}.${way}`));
    const ask = atLeast === undefined ? { atMost: asked } : { atLeast: asked };
    return { issue, title, isHeadline, platform, workload, figure, of: idsOf(of), beside: idsOf(beside), ask };
  });
}
