/** One core for the program that is measured, and another for the one that loads it. */
import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { Child } from "./children.ts";
import { fileAt } from "./files.ts";

export interface Cores {
  readonly server: number;
  readonly load: number;
}

/** The two cores; undefined where there are not two, or no taskset(1): then nothing is pinned. */
export function chooseCores(): Cores | undefined {
  if (spawnSync("taskset", ["--version"]).status !== 0) return undefined;
  const allowed = allowedCores();
  const [load] = allowed;
  const server = allowed.findLast((core) => core !== load && !areSiblings(core, load));
  return load === undefined || server === undefined ? undefined : { server, load };
}

/** Keeps this process, which only waits while others are measured, from the core of the measured. */
export function pinSelf(cores: Cores | undefined): void {
  if (cores !== undefined) execFileSync("taskset", ["-a", "-p", "-c", String(cores.load), String(process.pid)]);
}

/** A process's group for the scheduler, where the kernel has any: sched(7). */
const AUTOGROUP = "/proc/self/autogroup";

/** Whether cores can be kept from sleeping here, and what does so can give way: it takes chrt(1), and a /proc to write to. */
export function canKeepAwake(): boolean {
  return spawnSync("chrt", ["--idle", "0", "true"]).status === 0 && (!existsSync(AUTOGROUP) || isWritable(AUTOGROUP));
}

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Keeps the cores from sleeping between messages, until the child is ended; awake.sh says why. */
export function keepAwake({ server, load }: Cores): Child {
  return new Child("what keeps the cores awake", ["sh", fileAt("awake.sh"), String(server), String(load)]);
}

/** What goes before a command so that it runs on a core. */
export function pinned(core: number | undefined): string[] {
  return core === undefined ? [] : ["taskset", "-c", String(core)];
}

function allowedCores(): number[] {
  const status = readFileSync("/proc/self/status", "utf8");
  return parseList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? "");
}

/** Two threads of one core are no two cores. */
function areSiblings(one: number, other: number | undefined): boolean {
  try {
    const file = `/sys/devices/system/cpu/cpu${one}/topology/thread_siblings_list`;
    return other !== undefined && parseList(readFileSync(file, "utf8").trim()).includes(other);
  } catch {
    return false;
  }
}

/** The kernel's lists: "0-3,8". */
export function parseList(list: string): number[] {
  return [...list.matchAll(/(\d+)(?:-(\d+))?/g)].flatMap(([, first, last = first]) => {
    const from = Number(first);
    return Array.from({ length: Number(last) - from + 1 }, (_, i) => from + i);
  });
}
