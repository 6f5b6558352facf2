/** The columns of the matrix: which adapter runs on which runtime, and by what command. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, extname, isAbsolute, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type CommandLine, UsageError } from "./command-line.ts";
import { RUNTIME_NAMES, type Runtime, type RuntimeName, titleOf } from "./runtimes.ts";

/** Any program that speaks `protocol.ts` makes a column. */
export interface Column {
  /** adapter@runtime. */
  readonly id: string;
  readonly title: string;
  readonly adapter: string;
  readonly runtime: Runtime;
  /** Starts a worker. */
  readonly command: readonly [file: string, ...args: string[]];
  /** The arguments that choose this column alone. */
  readonly args: readonly string[];
}

/** Our adapters, and the runtimes that can load each; a native one on another than its own tests that one's compatibility layer. */
const OURS: { readonly [adapter: string]: readonly RuntimeName[] } = {
  node: ["node", "bun", "deno"],
  bun: ["bun"],
  deno: ["deno"],
  posix: RUNTIME_NAMES,
};

interface Chosen {
  readonly name: string;
  /** As it was given. */
  readonly argument: string;
  readonly url: string;
  readonly runtimes: readonly RuntimeName[];
}

/** The runtimes that are needed for what was asked. @throws {UsageError} There is no such column, or no such adapter. */
export function chosenRuntimes(chosen: readonly Chosen[], { runtimes }: CommandLine): RuntimeName[] {
  const needed = RUNTIME_NAMES.filter(
    (name) => runtimes.includes(name) && chosen.some((adapter) => adapter.runtimes.includes(name)),
  );
  if (needed.length > 0) return needed;
  const places = chosen.map(({ name, runtimes }) => `the ${name} adapter runs on ${runtimes.map(titleOf).join(", ")}`);
  throw new UsageError(`there is nothing to run on ${runtimes.map(titleOf).join(", ")}: ${places.join("; ")}`);
}

/** @throws {UsageError} There is no such adapter. */
export function chosenAdapters({ adapters }: CommandLine, directory: string): Chosen[] {
  const names = adapters.length === 0 ? Object.keys(OURS).filter(runsHere) : adapters;
  return [...new Set(names)].map((argument) => {
    const runtimes = Object.hasOwn(OURS, argument) ? OURS[argument] : undefined;
    if (runtimes !== undefined) return { name: argument, argument, url: ourUrl(argument), runtimes };
    const name = basename(argument, extname(argument));
    return { name, argument, url: theirUrl(argument, directory), runtimes: RUNTIME_NAMES };
  });
}

/** System calls are Linux's; asked for by name elsewhere, the adapter says so itself. */
function runsHere(name: string): boolean {
  return name !== "posix" || process.platform === "linux";
}

/** Each adapter on its own runtime first, then the system calls, then the compatibility layers. */
export function columnsOf(chosen: readonly Chosen[], runtimes: readonly Runtime[]): Column[] {
  const columns = chosen.flatMap(({ name, argument, url, runtimes: able }) =>
    runtimes
      .filter((runtime) => able.includes(runtime.name))
      .map(
        (runtime): Column => ({
          id: `${name}@${runtime.name}`,
          title: `${name} on ${titleOf(runtime.name)}`,
          adapter: name,
          runtime,
          command: [...runtime.command, WORKER, url],
          args: ["--adapter", argument, "--runtime", runtime.name],
        }),
      ),
  );
  const rank = ({ adapter, runtime }: Column): number => (adapter === runtime.name ? 0 : adapter === "posix" ? 1 : 2);
  return columns.sort((one, other) => rank(one) - rank(other));
}

const WORKER = fileURLToPath(new URL("./worker.js", import.meta.url));

function ourUrl(name: string): string {
  return import.meta.resolve(`@omnisock/${name}`);
}

function theirUrl(argument: string, directory: string): string {
  const isPath = argument.startsWith(".") || isAbsolute(argument);
  if (isPath) {
    const path = resolve(directory, argument);
    if (!existsSync(path)) throw new UsageError(`--adapter: there is no ${argument}`);
    return pathToFileURL(path).href;
  }
  try {
    return pathToFileURL(createRequire(join(directory, "package.json")).resolve(argument)).href;
  } catch {
    throw new UsageError(
      `--adapter: no package ${argument} is installed here; our own are ${Object.keys(OURS).join(", ")}, a file begins with ./`,
    );
  }
}
