/** Runs the echo programs as a user would: as processes of their own. */
import { type ChildProcessWithoutNullStreams, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { buffer, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const RUNTIMES = ["node", "bun", "deno"] as const;
export type RuntimeName = (typeof RUNTIMES)[number];

export interface Result {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const RUN: { readonly [name in RuntimeName]: readonly string[] } = {
  node: [],
  bun: ["run"],
  deno: ["run", "--allow-all"],
};

/** The path of a file, from this folder. */
function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/** Starts a program; it ends with the test at the latest. */
export function start(
  runtime: RuntimeName,
  program: "server" | "client",
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcessWithoutNullStreams {
  const command = pathOf(`../../../node_modules/.bin/${runtime}`);
  const child = spawn(command, [...RUN[runtime], pathOf(`../src/${program}.ts`), ...args], {
    ...options,
    stdio: "pipe",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, ...options.env },
  }) as ChildProcessWithoutNullStreams;
  // Some end without reading their input.
  child.stdin.on("error", () => {});
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Waits for a program's end. */
export async function result(child: ChildProcessWithoutNullStreams): Promise<Result> {
  const [[status], stdout, stderr] = await Promise.all([
    once(child, "close"),
    buffer(child.stdout),
    text(child.stderr),
  ]);
  return { status, stdout, stderr };
}

/** Runs a program to its end. */
export function run(
  runtime: RuntimeName,
  program: "server" | "client",
  args: readonly string[],
  input: string | Uint8Array = "",
): Promise<Result> {
  const child = start(runtime, program, args);
  child.stdin.end(input);
  return result(child);
}

export interface Server {
  readonly process: ChildProcessWithoutNullStreams;
  readonly host: string;
  readonly port: number;
  /** The next line of its standard output, or of its standard error. */
  nextLine(): Promise<string>;
  nextComplaint(): Promise<string>;
  /** Its exit status. */
  readonly status: Promise<number | null>;
}

/** Starts the server and waits until it listens, on a port of the system's choice. */
export async function startServer(runtime: RuntimeName, args: readonly string[] = []): Promise<Server> {
  const child = start(runtime, "server", ["--port", "0", ...args]);
  const status = once(child, "exit").then(([code]) => code as number | null);
  const nextComplaint = linesOf(child.stderr);
  const nextLine = linesOf(child.stdout);
  const line = await nextLine();
  const [, host = "", port] = /^listening on \[?(.+?)\]?:(\d+)$/.exec(line) ?? [];
  if (port === undefined) throw new Error(`not listening: '${line}', ${await nextComplaint()}`);
  return { process: child, host, port: Number(port), nextLine, nextComplaint, status };
}

function linesOf(stream: NodeJS.ReadableStream): () => Promise<string> {
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
  return async () => {
    const { done, value } = await lines.next();
    return done ? "(end of output)" : value;
  };
}
