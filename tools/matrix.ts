/** The conformance matrix as the documentation shows it: topics down, columns across. */
import { byCase, count, type Outcome, type Report } from "../packages/conformance/src/report/report.ts";

export interface MatrixRow {
  readonly topic: string;
  readonly cells: readonly Cell[];
}

/** What a topic's cases came to in a column. */
export interface Cell {
  readonly cases: number;
  readonly counts: { readonly [outcome in Outcome]: number };
}

export function matrixRows({ topics, columns }: Report): MatrixRow[] {
  const lookups = columns.map(byCase);
  return topics.map(({ name, cases }) => ({
    topic: name,
    cells: lookups.map((lookup) => {
      const results = cases.flatMap(({ id }) => lookup.get(id) ?? []);
      return { cases: results.length, counts: count(results) };
    }),
  }));
}
