/** The command line of `npm start`. */
import { parseArgs } from "node:util";
import { RUNTIME_NAMES, type RuntimeName } from "./runtimes.ts";

const PROGRAM_NAMES = ["echo", "datagram", "select-server", "conformance"] as const;
export type ProgramName = (typeof PROGRAM_NAMES)[number];

export const HELP: string = `Usage: npm start -- [--program NAME]... [--size BYTES] [--runtime NAME]... [--timeout MILLISECONDS]

Runs the server of each example program on each runtime with the client on each, and checks what comes back; then the
conformance suite, whose report it writes as a page, reports/conformance.html.

  --program NAME          only this program: ${PROGRAM_NAMES.join(", ")}; may be given several times
  --size BYTES            echo's data each way, at most 1GiB; KiB, MiB and GiB are understood (default 64MiB)
  --runtime NAME          only this runtime: ${RUNTIME_NAMES.join(", ")}; may be given several times (default: all that are there)
  --timeout MILLISECONDS  a pairing that takes longer has failed (default 30000)
  --help                  prints this

Runtimes are looked for in node_modules/.bin and PATH, or only in the folders of OMNISOCK_RUNTIME_PATH when it is set.
NO_COLOR turns colours off.

Exit status: 0 when every pairing that ran is ok; 1 when one failed, or a runtime named with --runtime, or every runtime, is
missing; 2 for a mistake on the command line; 128 and the signal's number when interrupted (Ctrl-C: 130).`;

export interface Options {
  readonly help: boolean;
  readonly programs: readonly ProgramName[];
  readonly byteLength: number;
  /** The runtimes asked for by name; empty: all that are there. */
  readonly runtimes: readonly RuntimeName[];
  /** Longest time for one pairing, in milliseconds. */
  readonly timeout: number;
}

/** A mistake on the command line. */
export class UsageError extends Error {}

/** @throws {UsageError} An unknown option, an option without its value, or a value that cannot be. */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  return {
    help: values.help,
    programs: values.program.length > 0 ? [...new Set(values.program)].map(programOf) : PROGRAM_NAMES,
    byteLength: bytesOf(values.size),
    runtimes: [...new Set(values.runtime)].map(runtimeOf),
    timeout: timeoutOf(values.timeout),
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", default: false },
        program: { type: "string", multiple: true, default: [] },
        runtime: { type: "string", multiple: true, default: [] },
        size: { type: "string", default: "64MiB" },
        timeout: { type: "string", default: "30000" },
      },
    });
    return values;
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.\s/, 1);
    throw new UsageError(sentence);
  }
}

const UNITS: { readonly [unit: string]: number } = {
  "": 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

function bytesOf(text: string): number {
  const [, number, unit = ""] = /^(\d+) ?([KMG]iB)?$/.exec(text) ?? [];
  const bytes = Number(number) * (UNITS[unit] ?? Number.NaN);
  if (bytes <= 2 ** 30) return bytes;
  throw new UsageError(`--size takes a number of bytes up to 1GiB, such as 64MiB, not '${text}'`);
}

function timeoutOf(text: string): number {
  const timeout = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (timeout >= 1 && timeout <= 2 ** 31 - 1) return timeout;
  throw new UsageError(`--timeout takes a number of milliseconds, 1 to 2147483647, not '${text}'`);
}

function programOf(text: string): ProgramName {
  const name = PROGRAM_NAMES.find((known) => known === text);
  if (name !== undefined) return name;
  throw new UsageError(`--program takes one of ${PROGRAM_NAMES.join(", ")}, not '${text}'`);
}

function runtimeOf(text: string): RuntimeName {
  const name = RUNTIME_NAMES.find((known) => known === text);
  if (name !== undefined) return name;
  throw new UsageError(`--runtime takes one of ${RUNTIME_NAMES.join(", ")}, not '${text}'`);
}
