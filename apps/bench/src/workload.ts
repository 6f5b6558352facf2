/** What is measured: a workload drives each contender in turn, round after round. */
import type { Contender } from "./contender.ts";
import type { Bench } from "./machine/bench.ts";

/** What a workload's first figure is. */
export interface Figure {
  /** For tables: "messages/s". */
  readonly unit: string;
  readonly better: "more" | "less";
}

/** What one round of one contender gave. */
export interface Sample {
  /** In the workload's unit. */
  readonly value: number;
  /** CPU time of the program measured, in microseconds for each operation. */
  readonly cpu?: number | undefined;
  /** Latency, in microseconds. */
  readonly p50?: number | undefined;
  readonly p99?: number | undefined;
  /** How much of a core the program measured had, 0 to 1; and the load generator. */
  readonly busy?: number | undefined;
  readonly loadBusy?: number | undefined;
}

export interface Round {
  readonly seconds: number;
  /** Whether every byte is compared, which takes time: not where the figure counts. */
  readonly isChecked: boolean;
}

/** A contender that is ready to be measured. */
export interface Session {
  run(round: Round): Promise<Sample>;
  close(): Promise<void>;
}

export interface Workload {
  /** Named by its topology: "echo-64x64". */
  readonly name: string;
  /** One sentence. */
  readonly title: string;
  readonly figure: Figure;
  readonly contenders: readonly Contender[];
  /**
   * How long a contender's program lives: all rounds, after some that do not count; or one "round", warmed up before, where how
   * it happens to be compiled makes more of a difference than what passes between rounds; or one "measurement", which starts it.
   */
  readonly lifetime?: "round" | "measurement";
  /** Whether the figure is not of time: what else runs on the machine does not change it. */
  readonly isUntimed?: boolean;
  /** Whether only the load generator in C can do it. */
  readonly needsC?: boolean;
  /** Makes a contender ready. */
  open(contender: Contender, bench: Bench): Promise<Session>;
}
