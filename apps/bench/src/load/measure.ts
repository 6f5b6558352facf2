/** The part of a run that is measured. */
import { readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { quantileOf } from "../statistics/quartiles.ts";
import type { Settings } from "./settings.ts";

/** Hundredths of a second, on every Linux: sysconf(_SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;

/** Seconds: less is too little to tell, counted in such ticks. */
const LEAST_CPU = 0.1;

export interface Measured {
  readonly seconds: number;
  readonly serverCpu: number | null;
  readonly loadCpu: number;
}

/** Lets the load settle, then measures while it goes on; `begin` is called where the part that counts begins. */
export async function measure({ settle, seconds, pid }: Settings, begin: () => void): Promise<Measured> {
  await setTimeout(settle * 1e3);
  begin();
  const [began, server, load] = [performance.now(), cpuOf(pid), process.cpuUsage()];
  await setTimeout(seconds * 1e3);
  const ended = cpuOf(pid);
  const { user, system } = process.cpuUsage(load);
  return {
    seconds: (performance.now() - began) / 1e3,
    serverCpu: server === null || ended === null || ended - server < LEAST_CPU ? null : ended - server,
    loadCpu: (user + system) / 1e6,
  };
}

/** Prints the result. @param latencies In milliseconds. */
export function report(measured: Measured, operations: number, bytes: number, latencies?: number[]): void {
  const sorted = latencies?.toSorted((a, b) => a - b);
  const quantiles = sorted && { p50: quantileOf(sorted, 0.5) * 1e3, p99: quantileOf(sorted, 0.99) * 1e3 };
  console.log(JSON.stringify({ operations, bytes, ...measured, ...quantiles }));
}

/** Seconds of processor that a process has had. Source: proc(5), /proc/pid/stat, fields 14 and 15. */
function cpuOf(pid: number): number | null {
  if (pid === 0) return null;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return ((user ?? 0) + (system ?? 0)) / TICKS_PER_SECOND;
}
