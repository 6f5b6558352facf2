/** What the documentation says of a conformance report: nothing that changes from run to run, such as timings. */
import type { ColumnReport, Report } from "../packages/conformance/src/report/report.ts";
import { markdownTable } from "./markdown-table.ts";
import { type Cell, matrixRows } from "./matrix.ts";

/** Each block by its name. */
export function reportBlocks(report: Report): ReadonlyMap<string, string> {
  const blocks = { matrix, capabilities, "known-bugs": knownBugs };
  return new Map(Object.entries(blocks).map(([name, block]) => [name, `\n${block(report)}\n`]));
}

/** Topics down, columns across. New cases that pass do not change it. */
function matrix(report: Report): string {
  const rows = matrixRows(report).map(({ topic, cells }) => [topic, ...cells.map(summary)]);
  return markdownTable(["", ...report.columns.map(({ adapter, version }) => `${adapter} on ${version}`)], rows);
}

function summary({ cases, counts }: Cell): string {
  if (cases === 0) return "";
  if (counts.unsupported === cases) return "unsupported";
  const known = counts["known-bug"];
  return [
    counts.fail > 0 ? `✘ ${counts.fail}` : "✔",
    ...(counts.unsupported > 0 ? [`${counts.unsupported} unsupported`] : []),
    ...(known > 0 ? [`${known} known ${known === 1 ? "bug" : "bugs"}`] : []),
  ].join(", ");
}

/** The adapters, each once: on another runtime, an adapter claims the same. */
function adapters({ columns }: Report): { readonly title: string; readonly column: ColumnReport }[] {
  const own = columns.filter(({ adapter, runtime }) => adapter === runtime);
  const posix = columns.find(({ adapter }) => adapter === "posix");
  return [
    ...own.map((column) => ({ title: column.version, column })),
    ...(posix === undefined ? [] : [{ title: "posix, on each", column: posix }]),
  ];
}

function capabilities(report: Report): string {
  const columns = adapters(report);
  const rows = Object.entries(report.capabilities)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, absence]) => [
      `\`${name}\``,
      ...columns.map(({ column }) => (column.supports.includes(name) ? "✔" : "–")),
      absence,
    ]);
  return markdownTable(["", ...columns.map(({ title }) => title), "where it is missing"], rows);
}

function knownBugs({ columns }: Report): string {
  const rows = columns.flatMap(({ title, results }) =>
    results
      .filter(({ outcome }) => outcome === "known-bug")
      .map((result) => [title, `\`${result.case}\``, result.note ?? "", link(result.issue ?? "")]),
  );
  return rows.length === 0 ? "None.\n" : markdownTable(["", "case", "what happens", "public issue"], rows);
}

function link(issue: string): string {
  const [, repository, number] = /github\.com\/([^/]+\/[^/]+)\/\w+\/(\d+)$/.exec(issue) ?? [];
  return repository === undefined ? issue : `[${repository}#${number}](${issue})`;
}
