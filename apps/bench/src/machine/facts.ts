/** What the figures were taken on. */
import { readFileSync } from "node:fs";
import os from "node:os";
import type { Platform } from "../contender.ts";
import type { Bench } from "./bench.ts";
import { canKeepAwake } from "./cores.ts";
import { isMissing } from "./runtimes.ts";

export interface MachineFacts {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Such as "Linux 6.18.5 x64". */
  readonly system: string;
  /** Which core ran what; null when nothing was pinned. */
  readonly pinned: { readonly server: number; readonly load: number } | null;
  /** Whether these cores were kept from sleeping. */
  readonly isAwake: boolean;
  /** How the processor's clock is governed, where the kernel says. */
  readonly governor: string | null;
  /** Processes that wanted to run when the bench began, over the last minute. */
  readonly loadAverage: number;
  readonly loadGenerator: string;
  readonly versions: { readonly [platform in Platform]?: string };
}

export function factsOf({ tools, cores, load }: Bench): MachineFacts {
  const versions = Object.entries(tools).flatMap(([platform, tool]) =>
    isMissing(tool) ? [] : [[platform, tool.version]],
  );
  return {
    processor: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.cpus().length,
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    pinned: cores ?? null,
    isAwake: cores !== undefined && canKeepAwake(),
    governor: read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
    loadAverage: os.loadavg()[0] ?? 0,
    loadGenerator: load === "c" ? "C" : "TypeScript on Node",
    versions: Object.fromEntries(versions),
  };
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}
