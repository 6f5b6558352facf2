/** Finds out what can be measured on this machine, and what cannot. */
import process from "node:process";
import type { Platform } from "../contender.ts";
import type { Workload } from "../workload.ts";
import type { Bench, LoadLanguage } from "./bench.ts";
import { findCompiler } from "./compiler.ts";
import { chooseCores } from "./cores.ts";
import { findRuntime, isMissing, type Missing, runtimeFolders, type Tool, versionOf } from "./runtimes.ts";

/** @param wanted The load generator's language; undefined: C where it compiles. */
export async function findBench(wanted: LoadLanguage | undefined): Promise<Bench> {
  const folders = runtimeFolders(process.env);
  const [node, bun, deno, c, python] = await Promise.all([
    findRuntime("node", folders),
    findRuntime("bun", folders),
    findRuntime("deno", folders),
    findCompiler(),
    findPython(),
  ]);
  const load = wanted ?? (isMissing(c) ? "typescript" : "c");
  return { tools: { node, bun, deno, c, python }, cores: chooseCores(), load };
}

/** The workloads without the contenders that this machine cannot run, and a line for each tool that it lacks. */
export function withoutMissing(
  workloads: readonly Workload[],
  bench: Bench,
): { workloads: Workload[]; warnings: string[] } {
  const missing = new Set<Platform>();
  const isPlain = bench.load === "typescript";
  const left = workloads
    .filter(({ needsC }) => !(isPlain && needsC))
    .map((workload) => {
      const contenders = workload.contenders.filter(({ platform }) => {
        if (!isMissing(bench.tools[platform])) return true;
        missing.add(platform);
        return false;
      });
      return { ...workload, contenders };
    })
    .filter(({ contenders }) => contenders.length > 0);
  const reasons = [...missing].flatMap((platform) => {
    const tool = bench.tools[platform];
    return isMissing(tool) ? [tool.reason] : [];
  });
  const unpinned = "nothing is pinned to a core: that takes two cores and taskset(1); figures will vary more";
  const slower = "the load generator in TypeScript is slower than the fastest servers, and sends no segmented floods";
  const others = [...(isPlain ? [slower] : []), ...(bench.cores === undefined ? [unpinned] : [])];
  return { workloads: left, warnings: [...reasons, ...others] };
}

async function findPython(): Promise<Tool | Missing> {
  const version = await versionOf("python3");
  if (version !== undefined) return { version, command: ["python3"] };
  return { reason: "python3 was not found: no peers in Python; Debian: `apt-get install python3`" };
}
