/** The report as text: the matrix by topic, and the failures. */
import {
  byCase,
  type CaseReport,
  type ColumnReport,
  count,
  OUTCOMES,
  type Outcome,
  type Report,
  type Result,
} from "../report/report.ts";
import type { Paint } from "./style.ts";

const MARKS: { readonly [outcome in Outcome]: readonly [mark: string, colour: "green" | "red" | "cyan" | "yellow"] } = {
  pass: ["✔", "green"],
  fail: ["✘", "red"],
  unsupported: ["○", "cyan"],
  "known-bug": ["!", "yellow"],
};

const NAMES: { readonly [outcome in Outcome]: string } = {
  pass: "pass",
  fail: "fail",
  unsupported: "unsupported",
  "known-bug": "known bug",
};

/** The order in which outcomes are told. */
const TOLD: readonly Outcome[] = [...OUTCOMES].reverse();

/** Such as "281 pass, 2 unsupported". */
export function countsText(counts: { readonly [outcome in Outcome]: number }, paint: Paint): string {
  const told = TOLD.filter((outcome) => outcome === "pass" || counts[outcome] > 0);
  return told.map((outcome) => paint(MARKS[outcome][1], `${counts[outcome]} ${NAMES[outcome]}`)).join(", ");
}

export function failureLine({ case: id, seen = "" }: Result, paint: Paint): string {
  return `${paint("red", "✘")} ${id}: ${seen.split("\n", 1)[0]}`;
}

/** Topics down, columns across; in each cell how many cases came to what. */
export function matrixText({ topics, columns }: Report, paint: Paint): string {
  const lookups = columns.map(byCase);
  const cells = (cases: readonly { readonly id: string }[]): [plain: string, painted: string][] =>
    lookups.map((lookup) =>
      cell(
        cases.flatMap(({ id }) => lookup.get(id) ?? []),
        paint,
      ),
    );
  const rows: [name: string, cells: [plain: string, painted: string][]][] = topics.map(({ name, cases }) => [
    name,
    cells(cases),
  ]);
  rows.push(["all", cells(topics.flatMap(({ cases }) => cases))]);
  const nameWidth = Math.max(...rows.map(([name]) => name.length), 5);
  const widths = columns.map(({ title, version }, at) =>
    Math.max(title.length, version.length, ...rows.map(([, row]) => row[at]?.[0].length ?? 0)),
  );
  const head = (text: (column: ColumnReport) => string): string =>
    ["".padEnd(nameWidth), ...columns.map((column, at) => text(column).padEnd(widths[at] ?? 0))].join("  ").trimEnd();
  const line = ([name, row]: (typeof rows)[number]): string =>
    [
      name.padEnd(nameWidth),
      ...row.map(([plain, painted], at) => painted + " ".repeat((widths[at] ?? 0) - plain.length)),
    ]
      .join("  ")
      .trimEnd();
  const legend = TOLD.map((outcome) => `${paint(MARKS[outcome][1], MARKS[outcome][0])} ${NAMES[outcome]}`).join("  ");
  return [
    paint(
      "bold",
      head(({ title }) => title),
    ),
    paint(
      "dim",
      head(({ version }) => version),
    ),
    ...rows.map(line),
    "",
    legend,
  ].join("\n");
}

function cell(results: readonly Result[], paint: Paint): [plain: string, painted: string] {
  const counts = count(results);
  const parts = TOLD.filter((outcome) => counts[outcome] > 0);
  const part = (outcome: Outcome): string => `${MARKS[outcome][0]} ${counts[outcome]}`;
  return [parts.map(part).join(" "), parts.map((outcome) => paint(MARKS[outcome][1], part(outcome))).join(" ")];
}

/** Every known bug in a line, then every failure: expected, seen, and how to run it alone. */
export function detailsText({ topics, columns, missing }: Report, paint: Paint): string {
  const all = new Map(topics.flatMap(({ cases }) => cases.map((one) => [one.id, one])));
  const parts: string[] = [];
  for (const { runtime, reason } of missing) parts.push(`${paint("yellow", `${runtime} is missing`)}: ${reason}`);
  for (const { title, results } of columns) {
    for (const { outcome, case: id, note, issue } of results) {
      if (outcome === "known-bug") parts.push(`${paint("yellow", "!")} ${title}: ${id}: ${note}\n    ${issue}`);
    }
  }
  for (const { title, problem } of columns) {
    if (problem !== undefined) parts.push(`${paint("red", "✘")} ${title}: ${problem}`);
  }
  for (const { title, results } of columns) {
    for (const result of results)
      if (result.outcome === "fail") parts.push(failure(title, all.get(result.case), result, paint));
  }
  return parts.join("\n");
}

function failure(column: string, one: CaseReport | undefined, result: Result, paint: Paint): string {
  const { expected = "", seen = "", note, issue, rerun, runs } = result;
  const indented = (text: string): string => text.replaceAll("\n", "\n              ");
  return [
    `\n${paint("red", "✘")} ${paint("bold", `${column}: ${one?.title}`)}`,
    `    expected: ${indented(expected)}`,
    `    seen:     ${indented(seen)}`,
    ...(note === undefined ? [] : [`    note:     ${indented(note)}`]),
    ...(issue === undefined ? [] : [`    issue:    ${issue}`]),
    ...(runs === undefined
      ? []
      : [`    runs:     ${runs.fail} of ${Object.values(runs).reduce((sum, n) => sum + n)} failed`]),
    `    source:   ${one?.source}`,
    `    alone:    ${rerun}`,
  ].join("\n");
}
