/** Runs the built command as a user does. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Report } from "../../dist/index.js";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
export const REPOSITORY: string = join(PACKAGE, "../..");

export interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly complaints: string;
}

export interface Options {
  /** What `adapters/broken.js` does wrong. */
  readonly fault?: string;
  /** Where `adapters/broken.js` writes its process id before it does. */
  readonly file?: string;
  readonly path?: string;
  /** Whether its output is read no further than its first bytes. */
  readonly unread?: boolean;
}

export function conformance(args: readonly string[], options: Options = {}): Promise<Ended> {
  return start(args, options).ended;
}

export function start(args: readonly string[], options: Options): { pid: number; ended: Promise<Ended> } {
  const { fault = "", file = "", path, unread = false } = options;
  const { npm_lifecycle_event: _, INIT_CWD: __, ...environment } = process.env;
  const child = spawn("node", [join(PACKAGE, "dist/command/main.js"), ...args], {
    cwd: PACKAGE,
    env: {
      ...environment,
      OMNISOCK_TEST_FAULT: fault,
      OMNISOCK_TEST_FILE: file,
      ...(path === undefined ? {} : { PATH: path }),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (unread) child.stdout.once("data", () => child.stdout.destroy());
  return { pid: child.pid as number, ended: ending(child) };
}

async function ending(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  let output = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, output, complaints };
}

/** Runs it, on Node unless `--runtime` says another, and reads the report that it wrote. */
export async function reportOf(
  args: readonly string[],
  options: Options = {},
): Promise<Ended & { report: Report; results: Report["columns"][number]["results"] }> {
  const directory = await mkdtemp(join(tmpdir(), "omnisock-"));
  try {
    const file = join(directory, "report.json");
    const runtime = args.includes("--runtime") ? [] : ["--runtime", "node"];
    const ended = await conformance([...runtime, "--json", file, ...args], options);
    const report = JSON.parse(await readFile(file, "utf8")) as Report;
    return { ...ended, report, results: report.columns[0]?.results ?? [] };
  } finally {
    await rm(directory, { recursive: true });
  }
}
