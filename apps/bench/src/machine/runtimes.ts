/** Which runtimes this machine has, and how to run a program on each. */
import { execFile } from "node:child_process";
import { access, constants, realpath } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const RUNTIME_NAMES = ["node", "bun", "deno"] as const;
export type RuntimeName = (typeof RUNTIME_NAMES)[number];

export interface Tool {
  readonly version: string;
  /** What goes before a program's own path. */
  readonly command: readonly [file: string, ...args: string[]];
}

/** A tool that is not there: what is wrong, and how to get it. */
export interface Missing {
  readonly reason: string;
}

const ARGS: { readonly [name in RuntimeName]: readonly string[] } = {
  // For the memory of idle connections, garbage is collected first.
  node: ["--expose-gc"],
  bun: ["run"],
  // Without the second, Deno has no UDP.
  deno: ["run", "--allow-all", "--unstable-net", "--v8-flags=--expose-gc", "--quiet"],
};

const HOME_PAGES: { readonly [name in RuntimeName]: string } = {
  node: "https://nodejs.org",
  bun: "https://bun.com",
  deno: "https://deno.com",
};

/** The runtimes that `npm ci` installed come first: the lockfile names their versions. */
const INSTALLED = fileURLToPath(new URL("../../../../node_modules/.bin", import.meta.url));

export function isMissing(tool: Tool | Missing): tool is Missing {
  return "reason" in tool;
}

/** The folders to look in: those of `OMNISOCK_RUNTIME_PATH` and no others when it is set, so that other builds can be measured. */
export function runtimeFolders(environment: NodeJS.ProcessEnv): string[] {
  const { OMNISOCK_RUNTIME_PATH: only, PATH = "" } = environment;
  return (only ?? [INSTALLED, PATH].join(delimiter)).split(delimiter).filter((folder) => folder !== "");
}

/** Looks for a runtime in `folders`, and asks it for its version. */
export async function findRuntime(name: RuntimeName, folders: readonly string[]): Promise<Tool | Missing> {
  const howToGet = `\`npm ci\` at the root of the repository installs it, or see ${HOME_PAGES[name]}`;
  const file = await findFile(name, folders);
  if (file === undefined) return { reason: `${name} was not found; ${howToGet}` };
  const version = await versionOf(file);
  if (version === undefined) return { reason: `${file} does not run; ${howToGet}` };
  return { version, command: [file, ...ARGS[name]] };
}

/** The first version number that `--version` of a command prints; undefined when it does not run. */
export async function versionOf(command: string): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, ["--version"], { timeout: 10_000 });
    return /\d+\.\d+\.\d+[^\s,()]*/.exec(`${stdout} ${stderr}`)?.[0];
  } catch {
    return undefined;
  }
}

async function findFile(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    try {
      const file = join(folder, name);
      await access(file, constants.X_OK);
      return await realpath(file);
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined;
}
