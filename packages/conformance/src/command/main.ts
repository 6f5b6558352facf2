#!/usr/bin/env node
/** `omnisock-conformance`: runs the suite on every runtime that is installed, and draws the matrix. */
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { pageOf } from "../report/page.ts";
import { count, isGood, type MissingReport, type Result } from "../report/report.ts";
import { topics } from "../topics.ts";
import { type Column, chosenAdapters, chosenRuntimes, columnsOf } from "./columns.ts";
import { type CommandLine, HELP, parseCommandLine, UsageError } from "./command-line.ts";
import { progressOn } from "./progress.ts";
import { runAll } from "./run.ts";
import { matches } from "./run-column.ts";
import { findRuntime, type Runtime } from "./runtimes.ts";
import { paintFor } from "./style.ts";
import { countsText, detailsText, matrixText } from "./text.ts";

let whenUnread = 0;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // EPIPE: whoever reads the output has seen enough, as in `omnisock-conformance | head`. The workers end with this process.
  if (error.code !== "EPIPE") console.error(`omnisock-conformance: cannot print: ${error.message}`);
  process.exit(error.code === "EPIPE" ? whenUnread : 1);
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`omnisock-conformance: ${error.message}\nSee omnisock-conformance --help.`);
  process.exitCode = 2;
}

async function main(args: readonly string[]): Promise<number> {
  const commandLine = parseCommandLine(args);
  if (commandLine.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const chosen = chosenCases(commandLine);
  if (commandLine.list) {
    process.stdout.write(chosen);
    return 0;
  }
  const { columns, missing } = await findColumns(commandLine);
  for (const file of [commandLine.json, commandLine.html]) if (file !== undefined) checkWritable(file);
  return run(commandLine, columns, missing);
}

/** The cases that `--grep` chooses, as `--list` prints them. @throws {UsageError} There is none. */
function chosenCases({ grep }: CommandLine): string {
  const lines: string[] = [];
  for (const topic of topics) {
    const cases = topic.cases.filter((one) => matches(grep, topic, one));
    if (cases.length > 0) lines.push(`${topic.name}\n`);
    for (const { id, title } of cases) lines.push(`  ${id.padEnd(38)} ${title}\n`);
  }
  if (lines.length === 0) throw new UsageError(`no case matches --grep ${grep?.source}; --list shows them all`);
  return lines.join("");
}

/** @throws {UsageError} There is nothing to run. */
async function findColumns(commandLine: CommandLine): Promise<{ columns: Column[]; missing: MissingReport[] }> {
  // Where npm was started: that is where a relative path was typed.
  const adapters = chosenAdapters(commandLine, process.env["INIT_CWD"] ?? process.cwd());
  const needed = chosenRuntimes(adapters, commandLine);
  const found = await Promise.all(needed.map((name) => findRuntime(name, process.env["PATH"] ?? "")));
  const runtimes = found.filter((runtime): runtime is Runtime => "command" in runtime);
  const missing = found.filter((runtime): runtime is MissingReport => "reason" in runtime);
  const columns = columnsOf(adapters, runtimes);
  if (columns.length > 0) return { columns, missing };
  throw new UsageError(missing.map(({ runtime, reason }) => `${runtime}: ${reason}`).join("\n"));
}

async function run(
  commandLine: CommandLine,
  columns: readonly Column[],
  missing: readonly MissingReport[],
): Promise<number> {
  // A run that is cut short has not shown that all is well.
  whenUnread = 1;
  const { json, html, bail } = commandLine;
  const paint = paintFor(process.stdout, process.env);
  for (const { runtime, reason } of missing) console.log(`${paint("yellow", `${runtime} is missing`)}: ${reason}`);

  const stop = new AbortController();
  let interrupted: number | undefined;
  const interrupt = (signal: NodeJS.Signals): void => {
    interrupted = signal === "SIGINT" ? 130 : 143;
    stop.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  const progress = progressOn(process.stdout, columns, paint);
  const watcher = {
    ready: progress.ready.bind(progress),
    begins: progress.begins.bind(progress),
    done: progress.done.bind(progress),
    ran: (column: Column, result: Result): void => {
      progress.ran(column, result);
      if (bail && result.outcome === "fail") stop.abort();
    },
  };
  const report = await runAll(columns, missing, { ...commandLine, signal: stop.signal }, watcher);
  progress.end();

  const details = detailsText(report, paint);
  console.log(`\n${matrixText(report, paint)}\n${details === "" ? "" : `${details}\n`}`);
  for (const { title, version, results } of report.columns) {
    console.log(`${title} (${version}): ${countsText(count(results), paint)}`);
  }
  if (json !== undefined) save(json, `${JSON.stringify(report, null, 1)}\n`);
  if (html !== undefined) save(html, pageOf(report));
  return interrupted ?? (isGood(report) ? 0 : 1);
}

/** Before the run, which takes minutes. @throws {UsageError} The report could not be written there. */
function checkWritable(file: string): void {
  const path = pathOf(file);
  try {
    // One folder, not all above it: on Linux Node never comes back from making a path under /proc.
    if (!existsSync(dirname(path))) mkdirSync(dirname(path));
    closeSync(openSync(path, "a"));
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}

function save(file: string, text: string): void {
  writeFileSync(pathOf(file), text);
  console.log(`wrote ${file}`);
}

/** A relative path was typed where npm was started. */
function pathOf(file: string): string {
  return resolve(process.env["INIT_CWD"] ?? process.cwd(), file);
}
