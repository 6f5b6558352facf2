/** Runs an app's programs as a user would: as processes of their own. */
import { execFileSync, type SpawnOptions } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Result, type Running, startCommand } from "./running.ts";

export const RUNTIMES = ["node", "bun", "deno"] as const;
export type RuntimeName = (typeof RUNTIMES)[number];

const RUN: { readonly [name in RuntimeName]: readonly string[] } = {
  node: [],
  bun: ["run"],
  deno: ["run", "--allow-all", "--unstable-net"],
};

export interface StartOptions extends SpawnOptions {
  /** What goes between the runtime and the program, in place of the usual. */
  readonly runWith?: readonly string[];
  /** What a shell is to make of its streams: "> /dev/full". */
  readonly redirect?: string;
}

/** What goes before a program's name: nothing where it waits by promises; in many apps `sync.ts` has the same with calls that block. */
export const WAYS: readonly { readonly way: string; readonly prefix: string }[] = [
  { way: "promises", prefix: "" },
  { way: "blocking calls", prefix: "sync " },
];

export interface Programs {
  /** Starts the program of that name in the app's `src`; words after the name go before `args`. */
  start(runtime: RuntimeName, program: string, args?: readonly string[], options?: StartOptions): Running;
  /** Runs it to its end. */
  run(runtime: RuntimeName, program: string, args?: readonly string[], input?: string | Uint8Array): Promise<Result>;
}

/**
 * What a program prints that asks its runtime something; for deciding which tests there are.
 *
 * @param file The program's URL.
 */
export function ask(runtime: RuntimeName, file: URL): string {
  return execFileSync(commandOf(runtime), [...RUN[runtime], fileURLToPath(file)], { encoding: "utf8" }).trim();
}

function commandOf(runtime: RuntimeName): string {
  return fileURLToPath(new URL(`../../../../node_modules/.bin/${runtime}`, import.meta.url));
}

/** The programs of an app, from one of its tests: `programsOf(import.meta.url)`. */
export function programsOf(test: string): Programs {
  const start: Programs["start"] = (runtime, program, args = [], options = {}) => {
    const { runWith = RUN[runtime], redirect, ...others } = options;
    const [name, ...words] = program.split(" ");
    const file = fileURLToPath(new URL(`../src/${name}.ts`, test));
    const command = [commandOf(runtime), ...runWith, file, ...words, ...args];
    if (redirect !== undefined) command.unshift("sh", "-c", `exec "$0" "$@" ${redirect}`);
    const [first = "", ...rest] = command;
    return startCommand(first, rest, others);
  };
  return {
    start,
    run(runtime, program, args = [], input = "") {
      const running = start(runtime, program, args);
      running.process.stdin.end(input);
      return running.result();
    },
  };
}
