/** What the command was asked to do. */
import { parseArgs } from "node:util";
import type { LoadLanguage } from "../machine/bench.ts";
import { RUNTIME_NAMES, type RuntimeName } from "../machine/runtimes.ts";

export interface CommandLine {
  /** Parts of workloads' names; none: all. */
  readonly only: readonly string[];
  readonly runtimes: readonly RuntimeName[];
  /** Parts of contenders' ids; none: all. */
  readonly contenders: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  /** How long each program runs before it is measured. */
  readonly warmUpSeconds: number;
  readonly isQuick: boolean;
  /** None: C where it can be compiled. */
  readonly load: LoadLanguage | undefined;
  readonly json: string | undefined;
  readonly html: string | undefined;
  readonly markdown: readonly string[];
  readonly list: boolean;
  readonly help: boolean;
}

const ROUNDS = 9;
const SECONDS = 0.4;
/** So long the compilers take: with two, Deno's were at work for five rounds more where connections come and go. */
const WARM_UP_SECONDS = 5;
const QUICK_ROUNDS = 5;
const QUICK_SECONDS = 0.05;
const QUICK_WARM_UP_SECONDS = 0.3;

export const HELP: string = `Usage: npm run bench -- [options]

Measures omnisock on each runtime beside that runtime's own sockets, node:net and node:dgram, C and
Python, all in one run: each round measures everybody once, and ratios are taken round by round.

  --only NAME         only the workload of this name, or those whose name contains it (may be given again)
  --runtime NAME      only this runtime: node, bun or deno, beside C and Python (may be given again)
  --contender NAME    only contenders whose id contains this: posix, or node.native (may be given again)
  --rounds N          how often everybody is measured, 1 to 1000 (default ${ROUNDS}); fewer than 5 decide nothing
  --seconds S         how long each time, 0.01 to 600 (default ${SECONDS})
  --quick             ${QUICK_ROUNDS} rounds of ${QUICK_SECONDS} seconds, and fewer connections where there are thousands: under two minutes
  --load LANGUAGE     the load generator's: c, or typescript, which is slower (default: c where it compiles)
  --json FILE         writes every sample
  --html FILE         writes a page of charts
  --markdown FILE     writes tables: between <!-- figures --> and <!-- end figures --> of a page that has these, and
                      a few headlines between <!-- headlines --> and <!-- end headlines --> (may be given again)
  --list              lists workloads and contenders, and measures none
  --help              prints this

Exit status: 0 when everything was measured, whatever the figures; 1 when something was not, 2 when it was asked for
something impossible, 130 after Ctrl-C.
`;

/** The command was asked for something impossible. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** @throws {UsageError} An argument is unknown, or its value is wrong. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = parse(args);
  const isQuick = values.quick ?? false;
  return {
    only: values.only ?? [],
    runtimes: values.runtime === undefined ? RUNTIME_NAMES : values.runtime.map(runtimeName),
    contenders: values.contender ?? [],
    rounds: number("--rounds", values.rounds, 1, 1000) ?? (isQuick ? QUICK_ROUNDS : ROUNDS),
    seconds: number("--seconds", values.seconds, 0.01, 600) ?? (isQuick ? QUICK_SECONDS : SECONDS),
    warmUpSeconds: isQuick ? QUICK_WARM_UP_SECONDS : WARM_UP_SECONDS,
    isQuick,
    load: loadLanguage(values.load),
    json: file("--json", values.json),
    html: file("--html", values.html),
    markdown: (values.markdown ?? []).map((page) => file("--markdown", page)),
    list: values.list ?? false,
    help: values.help ?? false,
  };
}

// The types of parseArgs() come from its argument.
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: "string", multiple: true },
        runtime: { type: "string", multiple: true },
        contender: { type: "string", multiple: true },
        rounds: { type: "string" },
        seconds: { type: "string" },
        quick: { type: "boolean" },
        load: { type: "string" },
        json: { type: "string" },
        html: { type: "string" },
        markdown: { type: "string", multiple: true },
        list: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function runtimeName(text: string): RuntimeName {
  const name = RUNTIME_NAMES.find((known) => known === text);
  if (name === undefined) throw new UsageError(`--runtime is ${RUNTIME_NAMES.join(", ")}, not ${JSON.stringify(text)}`);
  return name;
}

function loadLanguage(text: string | undefined): LoadLanguage | undefined {
  if (text === undefined || text === "c" || text === "typescript") return text;
  throw new UsageError(`--load is c or typescript, not ${JSON.stringify(text)}`);
}

/** Rounds are whole; seconds need not be. */
function number(option: string, text: string | undefined, from: number, to: number): number | undefined {
  if (text === undefined) return undefined;
  const isWhole = Number.isInteger(from);
  const value = (isWhole ? /^\d+$/ : /^\d*\.?\d+$/).test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  const kind = isWhole ? "a whole number" : "a number";
  throw new UsageError(`${option} is ${kind} from ${from} to ${to}, not ${JSON.stringify(text)}`);
}

function file<T extends string | undefined>(option: string, text: T): T {
  if (text === "") throw new UsageError(`${option} needs a file`);
  return text;
}
