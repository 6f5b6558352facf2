import { knownBugOf } from "../known-bugs.ts";
import type { Result } from "../report/report.ts";
import type { Ran } from "./protocol.ts";

/** What a case came to once. */
export type Verdict = Pick<Result, "outcome" | "ms" | "expected" | "seen" | "note" | "issue">;

/** Holds what a case came to against the table of known bugs. */
export function judge({ id, outcome, ms, expected, seen, note }: Ran, column: string): Verdict {
  const plain: Verdict = {
    outcome,
    ms,
    ...(expected === undefined ? {} : { expected }),
    ...(seen === undefined ? {} : { seen }),
    ...(note === undefined ? {} : { note }),
  };
  const bug = knownBugOf(id, column);
  if (bug === undefined) return plain;
  const { issue } = bug;
  const what = bug.isNearest ? `${bug.what} (we know of no report of just this; the nearest is given)` : bug.what;
  if (outcome !== "fail") {
    return {
      outcome: "fail",
      ms,
      issue,
      expected: `the known bug: ${what}`,
      seen: "it passes: remove it from known-bugs.ts",
    };
  }
  if (`${expected} ${seen}`.includes(bug.seen)) return { ...plain, outcome: "known-bug", note: what, issue };
  return { ...plain, note: `this is not the known bug, which sees "${bug.seen}"`, issue };
}
