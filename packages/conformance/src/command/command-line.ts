/** What the command was asked to do. */
import { parseArgs } from "node:util";
import { RUNTIME_NAMES, type RuntimeName } from "./runtimes.ts";

export interface CommandLine {
  readonly runtimes: readonly RuntimeName[];
  /** Names of ours, or modules of others; none: all of ours. */
  readonly adapters: readonly string[];
  readonly grep: RegExp | undefined;
  readonly repeat: number;
  /** Longest time of every case, in milliseconds; none: each its own. */
  readonly limit: number | undefined;
  readonly json: string | undefined;
  readonly html: string | undefined;
  readonly list: boolean;
  readonly bail: boolean;
  readonly help: boolean;
}

export const HELP = `Usage: omnisock-conformance [options]

Runs the conformance suite on every runtime that is installed, and draws the matrix.

  --runtime NAME   only on this runtime: node, bun or deno (may be given again)
  --adapter NAME   only this adapter: node, bun, deno, posix or a module of your own that
                   exports \`adapter\`: ./mine.js, or a package (may be given again)
  --grep PATTERN   only cases whose id, sentence or topic matches this regular expression
  --repeat N       run each case N times
  --limit MS       longest time of a case, in milliseconds (default: its own, mostly 10000)
  --bail           stop at the first failure
  --json FILE      write the report as JSON
  --html FILE      write the report as a page
  --list           list the cases, and run none
  --help           print this

Exit status: 0 when nothing failed, 1 when something did, 2 when it was asked for something
impossible, 130 after Ctrl-C.
`;

/** The command was asked for something impossible. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** @throws {UsageError} An argument is unknown, or its value is wrong. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values } = parse(args);
  return {
    runtimes: values.runtime === undefined ? RUNTIME_NAMES : values.runtime.map(runtimeName),
    adapters: (values.adapter ?? []).map((adapter) => given("--adapter", adapter)),
    grep: values.grep === undefined ? undefined : pattern(values.grep),
    repeat: values.repeat === undefined ? 1 : wholeNumber("--repeat", values.repeat),
    limit: values.limit === undefined ? undefined : wholeNumber("--limit", values.limit),
    json: values.json === undefined ? undefined : given("--json", values.json),
    html: values.html === undefined ? undefined : given("--html", values.html),
    list: values.list ?? false,
    bail: values.bail ?? false,
    help: values.help ?? false,
  };
}

// The types of parseArgs() come from its argument.
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        runtime: { type: "string", multiple: true },
        adapter: { type: "string", multiple: true },
        grep: { type: "string" },
        repeat: { type: "string" },
        limit: { type: "string" },
        json: { type: "string" },
        html: { type: "string" },
        list: { type: "boolean" },
        bail: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function runtimeName(text: string): RuntimeName {
  const name = RUNTIME_NAMES.find((known) => known === text);
  if (name === undefined) throw new UsageError(`--runtime is ${RUNTIME_NAMES.join(", ")}, not ${JSON.stringify(text)}`);
  return name;
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 1e9) return number;
  throw new UsageError(`${option} is a whole number from 1 up, not ${JSON.stringify(text)}`);
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text, "i");
  } catch (error) {
    throw new UsageError(`--grep is no regular expression: ${(error as Error).message}`);
  }
}

function given(option: string, text: string): string {
  if (text === "") throw new UsageError(`${option} needs a value`);
  return text;
}
