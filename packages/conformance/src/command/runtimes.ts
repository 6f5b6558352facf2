/** Which runtimes this machine has, and how to run a program on each. */
import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { promisify } from "node:util";
import { findCommand } from "../find-command.ts";
import type { MissingReport } from "../report/report.ts";

export const RUNTIME_NAMES = ["node", "bun", "deno"] as const;
export type RuntimeName = (typeof RUNTIME_NAMES)[number];

export interface Runtime {
  readonly name: RuntimeName;
  /** Such as "Bun 1.4.5". */
  readonly version: string;
  /** What goes before the program's own path. */
  readonly command: readonly [file: string, ...args: string[]];
}

interface Kind {
  readonly title: string;
  readonly args: readonly string[];
  readonly homePage: string;
}

const KINDS: { readonly [name in RuntimeName]: Kind } = {
  node: { title: "Node", args: [], homePage: "https://nodejs.org" },
  bun: { title: "Bun", args: ["run"], homePage: "https://bun.com" },
  deno: {
    title: "Deno",
    // Packages are where npm has put them, also for a project that has no package.json of its own.
    args: ["run", "--allow-all", "--unstable-net", "--node-modules-dir=manual"],
    homePage: "https://deno.com",
  },
};

export function titleOf(name: RuntimeName): string {
  return KINDS[name].title;
}

/** Looks for a runtime in the folders of `path`, as a shell does, and asks it for its version. */
export async function findRuntime(name: RuntimeName, path: string): Promise<Runtime | MissingReport> {
  const { title, args, homePage } = KINDS[name];
  const missing = (what: string): MissingReport => ({
    runtime: title,
    reason: `${what}; \`npm install --save-dev ${name}\` installs it, or see ${homePage}`,
  });
  const file = await findCommand(name, path.split(delimiter));
  if (file === undefined) return missing("not found");
  try {
    const { stdout } = await promisify(execFile)(file, ["--version"], { timeout: 10_000 });
    const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
    if (version === undefined) return missing(`${file} tells no version`);
    return { name, version: `${title} ${version}`, command: [file, ...args] };
  } catch (error) {
    const [why] = (error as Error).message.split("\n", 1);
    return missing(`${file} does not run (${why})`);
  }
}
