/** What a run of the bench leaves: the report that all others are made from. */

import type { Judged } from "../bars/verdict.ts";
import type { Contender } from "../contender.ts";
import type { MachineFacts } from "../machine/facts.ts";
import type { Size } from "../machine/sizes.ts";
import type { Figure, Sample } from "../workload.ts";

export interface ContenderResult extends Pick<Contender, "id" | "platform" | "title" | "group"> {
  /** One for each round, in order. */
  readonly samples: readonly Sample[];
  /** Why it was not measured to the end. */
  readonly problem?: string | undefined;
}

export interface WorkloadResult {
  readonly name: string;
  readonly title: string;
  readonly figure: Figure;
  readonly contenders: readonly ContenderResult[];
  /** How many measurements were taken again, for the machine's host had taken much of the cores. */
  readonly repeated: number;
}

export interface Result {
  readonly date: string;
  readonly machine: MachineFacts;
  readonly rounds: number;
  /** Of each contender in each round. */
  readonly seconds: number;
  /** What the reader must know before believing the figures. */
  readonly warnings: readonly string[];
  readonly workloads: readonly WorkloadResult[];
  readonly bars: readonly Judged[];
  readonly sizes: readonly Size[];
}
