import { readFileSync } from "node:fs";

/** Bytes of memory that a process has for itself: not what it shares with files, such as its own program. Source: proc(5). */
export function ownMemoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const [, kibibytes] = /^RssAnon:\s*(\d+) kB$/m.exec(status) ?? [];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status tells no memory`);
  return Number(kibibytes) * 1024;
}

/** How many files and sockets a process may have open here. */
export function mostOpenFiles(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  return Number(/^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
}
