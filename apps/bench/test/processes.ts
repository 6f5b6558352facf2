/** What /proc says of processes. */
import { globSync, readFileSync } from "node:fs";
import process from "node:process";

/** The processes that a process has started, and those that these have. */
export function descendantsOf(pid: number): number[] {
  const children = globSync("/proc/[0-9]*/stat").flatMap((file) => {
    const child = Number(file.split("/")[2]);
    const [, parent] = statOf(child);
    return Number(parent) === pid ? [child] : [];
  });
  return [...children, ...children.flatMap(descendantsOf)];
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Its words, each with a NUL behind it. */
export function commandOf(pid: number): string {
  return read(pid, "cmdline");
}

/** The fields of proc_pid_stat(5) from the third on; none when it has ended. */
export function statOf(pid: number): string[] {
  const stat = read(pid, "stat");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}
