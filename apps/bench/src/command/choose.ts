/** Which workloads and contenders are run. */
import type { Workload } from "../workload.ts";
import { type CommandLine, UsageError } from "./command-line.ts";

type Choice = Pick<CommandLine, "only" | "contenders" | "runtimes">;

/** @throws {UsageError} Nothing is left. */
export function choose(workloads: readonly Workload[], { only, contenders, runtimes }: Choice): Workload[] {
  const names = workloads.map(({ name }) => name);
  for (const part of only) {
    if (names.some((name) => name.includes(part))) continue;
    throw new UsageError(`no workload's name contains '${part}'; there are ${names.join(", ")}`);
  }
  const isAsked = (parts: readonly string[], text: string): boolean =>
    parts.length === 0 || parts.some((part) => text.includes(part));
  const chosen = workloads.flatMap((workload) => {
    if (!isAsked(only, workload.name)) return [];
    const left = workload.contenders.filter(({ id, platform }) => {
      const isPeer = platform === "c" || platform === "python";
      return (isPeer || runtimes.includes(platform)) && isAsked(contenders, id);
    });
    return left.length === 0 ? [] : [{ ...workload, contenders: left }];
  });
  if (chosen.length > 0) return chosen;
  throw new UsageError(
    `no contender's id contains ${contenders.map((part) => `'${part}'`).join(" or ")}; --list lists them`,
  );
}
