/**
 * Where a column fails for a fault that is not ours to mend: the compatibility layers under the node adapter.
 *
 * An entry must fail as it says: another failure counts as one, and a case that passes fails the run until its entry is removed.
 * Our own adapters on their own runtimes have no entries: papering over the runtime is their job.
 */
export interface KnownBug {
  readonly case: string;
  /** The column: adapter@runtime. */
  readonly column: string;
  /** What the runtime does, as one sentence. */
  readonly what: string;
  /** A part of what the case sees. */
  readonly seen: string;
  /** The public issue or pull request about it. */
  readonly issue: string;
  /** Set where nobody has reported this very symptom: `issue` is then the nearest. */
  readonly isNearest?: true;
}

export const knownBugs: readonly KnownBug[] = [];

export function knownBugOf(id: string, column: string): KnownBug | undefined {
  return knownBugs.find((bug) => bug.case === id && bug.column === column);
}
