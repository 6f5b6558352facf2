/** The whole run: all columns, side by side where there are processors for it. */
import { readFileSync } from "node:fs";
import { availableParallelism, release } from "node:os";
import process from "node:process";
import { absences } from "../absences.ts";
import type { CaseReport, ColumnReport, MissingReport, Report, TopicReport } from "../report/report.ts";
import type { Column } from "./columns.ts";
import { matches, type RunOptions, runColumn, type Watcher } from "./run-column.ts";

export async function runAll(
  columns: readonly Column[],
  missing: readonly MissingReport[],
  options: RunOptions,
  watcher: Watcher,
): Promise<Report> {
  const date = new Date();
  const reports: ColumnReport[] = [];
  const topics: (readonly TopicReport[])[] = [];
  const waiting = [...columns.entries()];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, column] = next;
      const ran = await runColumn(column, options, watcher);
      reports[at] = ran.report;
      topics[at] = ran.topics;
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), columns.length) }, lane));
  return {
    format: 1,
    date: date.toISOString(),
    durationMs: Date.now() - date.getTime(),
    version: ownVersion(),
    system: `${process.platform} ${process.arch}, ${release()}`,
    capabilities: Object.fromEntries(Object.entries(absences).map(([name, { title }]) => [name, title])),
    missing,
    columns: reports,
    topics: together(topics, options.grep),
  };
}

/** The topics of all columns: columns need not have the same cases. */
function together(all: readonly (readonly TopicReport[])[], grep: RegExp | undefined): TopicReport[] {
  const cases = new Map<string, Map<string, CaseReport>>();
  for (const topic of all.flat()) {
    const known = cases.get(topic.name) ?? new Map<string, CaseReport>();
    cases.set(topic.name, known);
    for (const one of topic.cases) if (matches(grep, topic, one)) known.set(one.id, one);
  }
  return [...cases]
    .filter(([, known]) => known.size > 0)
    .map(([name, known]) => ({ name, cases: [...known.values()] }));
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return version;
}
