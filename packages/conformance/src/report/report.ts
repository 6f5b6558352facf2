/** What `--json` writes: everything that was run, and what it came to. */

/** "unsupported": the adapter does not claim it, and asking for it gave the right error. */
export type Outcome = "pass" | "fail" | "unsupported" | "known-bug";

export const OUTCOMES: readonly Outcome[] = ["fail", "known-bug", "unsupported", "pass"];

export interface Report {
  readonly format: 1;
  /** ISO 8601. */
  readonly date: string;
  readonly durationMs: number;
  /** Of the suite. */
  readonly version: string;
  /** Such as "linux x64, 6.12.0". */
  readonly system: string;
  /** All that an adapter can claim, and what is owed where it does not. */
  readonly capabilities: { readonly [name: string]: string };
  readonly missing: readonly MissingReport[];
  readonly columns: readonly ColumnReport[];
  readonly topics: readonly TopicReport[];
}

/** A runtime that was not there. */
export interface MissingReport {
  readonly runtime: string;
  /** What is wrong, and how to get it. */
  readonly reason: string;
}

export interface TopicReport {
  readonly name: string;
  readonly cases: readonly CaseReport[];
}

export interface CaseReport {
  readonly id: string;
  readonly title: string;
  readonly source: string;
}

/** An adapter on a runtime. */
export interface ColumnReport {
  /** adapter@runtime, such as "node@bun". */
  readonly id: string;
  /** Such as "node on Bun". */
  readonly title: string;
  readonly adapter: string;
  readonly runtime: string;
  /** Such as "Bun 1.4.5". */
  readonly version: string;
  readonly supports: readonly string[];
  /** What the adapter claims of options: by kind of socket, then by option, "set", "ask", "reset", the value it always has, or the least. */
  readonly options: { readonly [kind: string]: { readonly [option: string]: string } };
  /** Why there are no results, or fewer: the adapter did not load, or the run was stopped. */
  readonly problem?: string;
  readonly durationMs: number;
  readonly results: readonly Result[];
}

/** What one case came to in one column. */
export interface Result {
  readonly case: string;
  readonly outcome: Outcome;
  readonly ms: number;
  /** The command that runs this case alone. */
  readonly rerun: string;
  /** Of a failure and of a known bug. */
  readonly expected?: string;
  readonly seen?: string;
  /** Of "unsupported": what asking for it gave. Of a known bug: what the runtime does. */
  readonly note?: string;
  /** Of a known bug: where it is public. */
  readonly issue?: string;
  /** With `--repeat`: how many runs ended in which way. */
  readonly runs?: { readonly [outcome in Outcome]?: number };
}

/** How many results of each outcome. */
export function count(results: readonly Result[]): { [outcome in Outcome]: number } {
  const counts = { pass: 0, fail: 0, unsupported: 0, "known-bug": 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

/** The results of a column, by case. */
export function byCase({ results }: ColumnReport): ReadonlyMap<string, Result> {
  return new Map(results.map((result) => [result.case, result]));
}

/** Whether a run may end with exit status 0: something ran, and nothing failed. */
export function isGood({ columns }: Report): boolean {
  return (
    columns.length > 0 &&
    columns.every(({ problem, results }) => problem === undefined && results.length > 0 && count(results).fail === 0)
  );
}
