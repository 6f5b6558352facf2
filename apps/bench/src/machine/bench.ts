/** The bench itself: the tools that this machine has, its cores, and how programs are started on them. */
import type { Contender, Platform } from "../contender.ts";
import { Child } from "./children.ts";
import { compile } from "./compiler.ts";
import { type Cores, pinned } from "./cores.ts";
import { fileAt } from "./files.ts";
import { isMissing, type Missing, type Tool } from "./runtimes.ts";

/** Who drives the servers. */
export type LoadLanguage = "c" | "typescript";

export interface Bench {
  readonly tools: { readonly [platform in Platform]: Tool | Missing };
  readonly cores: Cores | undefined;
  readonly load: LoadLanguage;
}

/** A server that listens. */
export interface Server {
  readonly child: Child;
  readonly port: number;
  readonly pid: number;
}

/** What starts a contender's program, without a core. */
async function commandOf({ platform, source, args }: Contender, bench: Bench): Promise<string[]> {
  const tool = found(bench.tools[platform]);
  if (platform === "c") return [await compile(tool, source), ...args];
  return [...tool.command, fileAt(source), ...args];
}

/** Starts a server on its core; resolves when it listens. */
export async function startServer(contender: Contender, bench: Bench): Promise<Server> {
  const command = await commandOf(contender, bench);
  const child = new Child(contender.id, [...pinned(bench.cores?.server), ...command]);
  const line = await child.nextLine();
  const [, port, pid] = /^ready (\d+) (\d+)$/.exec(line) ?? [];
  if (pid === undefined) {
    await child.kill();
    throw new Error(`${contender.id} printed '${line}' instead of its port`);
  }
  return { child, port: Number(port), pid: Number(pid) };
}

/** Runs a contender's program on its core to its end; returns what it printed. */
export async function runProgram(contender: Contender, bench: Bench): Promise<string> {
  const command = await commandOf(contender, bench);
  return new Child(contender.id, [...pinned(bench.cores?.server), ...command]).output();
}

/** What the load generator saw. */
export interface LoadResult {
  readonly operations: number;
  readonly bytes: number;
  readonly seconds: number;
  /** CPU time in seconds; null when it could not be read. */
  readonly serverCpu: number | null;
  readonly loadCpu: number | null;
  /** Microseconds. */
  readonly p50?: number | null;
  readonly p99?: number | null;
}

export type LoadSettings = Readonly<Record<string, number>>;

/** Drives a server for a while. */
export async function load(mode: string, settings: LoadSettings, bench: Bench): Promise<LoadResult> {
  const child = await startLoad(mode, settings, bench);
  return JSON.parse(await child.output()) as LoadResult;
}

/** The load generator on its core, for those who talk with it. */
export async function startLoad(mode: string, settings: LoadSettings, bench: Bench): Promise<Child> {
  const args = [mode, ...Object.entries(settings).map(([name, value]) => `${name}=${value}`)];
  const command =
    bench.load === "c"
      ? [await compile(found(bench.tools.c), "c/load")]
      : [...found(bench.tools.node).command, fileAt("src/load/main.ts")];
  return new Child("the load generator", [...pinned(bench.cores?.load), ...command, ...args]);
}

function found(tool: Tool | Missing): Tool {
  if (isMissing(tool)) throw new Error(tool.reason);
  return tool;
}
