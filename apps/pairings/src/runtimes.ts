/** Which runtimes this machine has, and how to run a program on each. */
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const RUNTIME_NAMES = ["node", "bun", "deno"] as const;
export type RuntimeName = (typeof RUNTIME_NAMES)[number];

export interface Runtime {
  readonly name: RuntimeName;
  readonly version: string;
  /** The executable file. */
  readonly command: string;
  /** What goes before the program's own path. */
  readonly run: readonly string[];
}

export interface MissingRuntime {
  readonly name: RuntimeName;
  /** What is wrong, and how to get it. */
  readonly reason: string;
}

const RUN: { readonly [name in RuntimeName]: readonly string[] } = {
  node: [],
  bun: ["run"],
  // Without the second, Deno has no UDP.
  deno: ["run", "--allow-all", "--unstable-net"],
};

const HOME_PAGES: { readonly [name in RuntimeName]: string } = {
  node: "https://nodejs.org",
  bun: "https://bun.com",
  deno: "https://deno.com",
};

/** The runtimes that `npm ci` installed come first: the lockfile names their versions. */
const INSTALLED = fileURLToPath(new URL("../../../node_modules/.bin", import.meta.url));

/** The folders to look in: those of `OMNISOCK_RUNTIME_PATH` and no others when it is set, so that other builds can be tried. */
export function runtimeFolders(environment: NodeJS.ProcessEnv): string[] {
  const { OMNISOCK_RUNTIME_PATH: only, PATH = "" } = environment;
  const folders = only ?? [INSTALLED, PATH].join(delimiter);
  return folders.split(delimiter).filter((folder) => folder !== "");
}

/** Looks for a runtime in `folders`, and asks it for its version. */
export async function findRuntime(name: RuntimeName, folders: readonly string[]): Promise<Runtime | MissingRuntime> {
  const command = await findCommand(name, folders);
  if (command === undefined) return { name, reason: `not found; ${howToGet(name)}` };
  try {
    const { stdout } = await promisify(execFile)(command, ["--version"], { timeout: 10_000 });
    const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
    if (version !== undefined) return { name, version, command, run: RUN[name] };
    return { name, reason: `${command} tells no version; ${howToGet(name)}` };
  } catch (error) {
    const [why] = (error as Error).message.split("\n", 1);
    return { name, reason: `${command} does not run (${why}); ${howToGet(name)}` };
  }
}

export function isMissing(runtime: Runtime | MissingRuntime): runtime is MissingRuntime {
  return "reason" in runtime;
}

function howToGet(name: RuntimeName): string {
  return `\`npm ci\` at the root of the repository installs it, or see ${HOME_PAGES[name]}`;
}

async function findCommand(name: RuntimeName, folders: readonly string[]): Promise<string | undefined> {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  for (const folder of folders) {
    const command = join(folder, file);
    try {
      await access(command, constants.X_OK);
      return command;
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined;
}
