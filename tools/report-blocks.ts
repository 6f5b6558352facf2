/** What the documentation says of a conformance report: nothing that changes from run to run, such as timings. */
import type { ColumnReport, Report, Result } from "../packages/conformance/src/report/report.ts";

/** Each block by its name. */
export function reportBlocks(report: Report): ReadonlyMap<string, string> {
  const blocks = { matrix, capabilities, options, "known-bugs": knownBugs };
  return new Map(Object.entries(blocks).map(([name, block]) => [name, `\n${block(report)}\n`]));
}

/** Topics down, columns across. New cases that pass do not change it. */
function matrix({ topics, columns }: Report): string {
  const lookups = columns.map(({ results }) => new Map(results.map((result) => [result.case, result])));
  const rows = topics.map(({ name, cases }) => [
    name,
    ...lookups.map((lookup) => summary(cases.flatMap(({ id }) => lookup.get(id) ?? []))),
  ]);
  return table(["", ...columns.map(({ adapter, version }) => `${adapter} on ${version}`)], rows);
}

function summary(results: readonly Result[]): string {
  const count = (outcome: Result["outcome"]): number => results.filter((result) => result.outcome === outcome).length;
  const [failed, known, unsupported] = [count("fail"), count("known-bug"), count("unsupported")];
  if (results.length === 0) return "";
  if (unsupported === results.length) return "unsupported";
  return [
    failed > 0 ? `✘ ${failed}` : "✔",
    ...(unsupported > 0 ? [`${unsupported} unsupported`] : []),
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
  return table(["", ...columns.map(({ title }) => title), "where it is missing"], rows);
}

/** A table for each kind of socket. */
function options(report: Report): string {
  const columns = adapters(report);
  const kinds = [...new Set(columns.flatMap(({ column }) => Object.keys(column.options)))];
  return kinds
    .map((kind) => {
      const names = [...new Set(columns.flatMap(({ column }) => Object.keys(column.options[kind] ?? {})))].sort();
      const rows = names.map((name) => [
        `\`${name}\``,
        ...columns.map(({ column }) => CLAIMS[column.options[kind]?.[name] ?? ""] ?? `${column.options[kind]?.[name]}`),
      ]);
      return table([kind, ...columns.map(({ title }) => title)], rows);
    })
    .join("\n");
}

const CLAIMS: { readonly [claim: string]: string } = {
  "": "–",
  set: "✔",
  ask: "✔, as the kernel has it",
  reset: "0 seconds, or none",
};

function knownBugs({ columns }: Report): string {
  const rows = columns.flatMap(({ title, results }) =>
    results
      .filter(({ outcome }) => outcome === "known-bug")
      .map((result) => [title, `\`${result.case}\``, result.note ?? "", link(result.issue ?? "")]),
  );
  return rows.length === 0 ? "None.\n" : table(["", "case", "what happens", "public issue"], rows);
}

function link(issue: string): string {
  const [, repository, number] = /github\.com\/([^/]+\/[^/]+)\/\w+\/(\d+)$/.exec(issue) ?? [];
  return repository === undefined ? issue : `[${repository}#${number}](${issue})`;
}

/** A Markdown table as the formatter would have it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(3, title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |\n`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |\n`;
  return `${line(head)}${rule}${rows.map(line).join("")}`;
}
