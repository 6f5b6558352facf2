/** Time that the host of a virtual machine gave to others while our cores had work: "steal" in proc_stat(5). */
import { readFileSync } from "node:fs";
import type { Cores } from "./cores.ts";

/** In ticks of the kernel's clock, since the machine started. */
export interface Times {
  readonly stolen: number;
  readonly all: number;
}

/** Of the line "cpu3 user nice system idle iowait irq softirq steal …"; guests' time is in user's already. */
const FIELDS = 8;
const STEAL = 7;

/** Begins to watch; what it returns tells which share of the cores' time has been stolen since, 0 where the kernel does not say. */
export function watchStolen(cores: Cores | undefined): () => number {
  const before = now(cores);
  return () => {
    const after = now(cores);
    const all = after.all - before.all;
    return all === 0 ? 0 : (after.stolen - before.stolen) / all;
  };
}

/** What `stat` says of these cores together; of all where there are none. */
export function timesIn(stat: string, cores: Cores | undefined): Times {
  let stolen = 0;
  let all = 0;
  for (const [, core, times = ""] of stat.matchAll(/^cpu(\d+) (.*)$/gm)) {
    if (cores !== undefined && Number(core) !== cores.server && Number(core) !== cores.load) continue;
    const ticks = times.split(" ").slice(0, FIELDS).map(Number);
    stolen += ticks[STEAL] ?? 0;
    all += ticks.reduce((sum, one) => sum + one, 0);
  }
  return { stolen, all };
}

function now(cores: Cores | undefined): Times {
  try {
    return timesIn(readFileSync("/proc/stat", "utf8"), cores);
  } catch {
    return { stolen: 0, all: 0 };
  }
}
