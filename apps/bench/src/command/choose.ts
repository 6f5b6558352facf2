/** Which workloads and contenders are run. */
import type { Workload } from "../workload.ts";
import { type CommandLine, UsageError } from "./command-line.ts";

type Choice = Pick<CommandLine, "only" | "contenders" | "runtimes" | "isQuick">;

/**
 * What is run in a hurry, unless something else is asked for: the workloads that bars are about, without the odder contenders,
 * and without idle memory, which takes a new process and thousands of connections for each figure.
 */
const QUICK = /^(echo-64x1|echo-64x64|echo-64Kx16|framed-64x1x1000|datagram-(flood|batch)-64|churn-64x8|decode-64)$/;
const LEFT_OUT = /^python\.|\.node-api$|-gathered$|-one-by-one$|-sendMany$/;

/** @throws {UsageError} Nothing is left. */
export function choose(workloads: readonly Workload[], { only, contenders, runtimes, isQuick }: Choice): Workload[] {
  const names = workloads.map(({ name }) => name);
  for (const part of only) {
    if (names.some((name) => name.includes(part))) continue;
    throw new UsageError(`no workload's name contains '${part}'; there are ${names.join(", ")}`);
  }
  // A whole name means that one alone: echo-64x1 is not echo-64x1000.
  const isNamed = (name: string): boolean =>
    only.length === 0 || only.some((part) => (names.includes(part) ? name === part : name.includes(part)));
  const isAsked = (parts: readonly string[], text: string): boolean =>
    parts.length === 0 || parts.some((part) => text.includes(part));
  const chosen = workloads.flatMap((workload) => {
    if (!isNamed(workload.name) || (isQuick && only.length === 0 && !QUICK.test(workload.name))) return [];
    const left = workload.contenders.filter(({ id, platform }) => {
      const isPeer = platform === "c" || platform === "python";
      if (isQuick && contenders.length === 0 && LEFT_OUT.test(id)) return false;
      return (isPeer || runtimes.includes(platform)) && isAsked(contenders, id);
    });
    return left.length === 0 ? [] : [{ ...workload, contenders: left }];
  });
  if (chosen.length > 0) return chosen;
  throw new UsageError(
    `no contender's id contains ${contenders.map((part) => `'${part}'`).join(" or ")}; --list lists them`,
  );
}
