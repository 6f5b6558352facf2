/** Who is measured: a program, in a language or on a runtime, that does a task in one way. */
import type { RuntimeName } from "./machine/runtimes.ts";

export type Platform = RuntimeName | "c" | "python";

export interface Contender {
  /** Platform and way: "node.omnisock". */
  readonly id: string;
  readonly platform: Platform;
  /** How it does it: "omnisock", "Bun.listen, gathered". */
  readonly title: string;
  /** The program's source, relative to the bench. */
  readonly source: string;
  readonly args: readonly string[];
  /** Those of a group are compared with each other; none: all of a workload. */
  readonly group?: string;
  /** How the load generator drives this one, where that differs from others. */
  readonly settings?: Readonly<Record<string, number>>;
}

export const PLATFORM_TITLES: { readonly [platform in Platform]: string } = {
  node: "Node",
  bun: "Bun",
  deno: "Deno",
  c: "C",
  python: "Python",
};

/** As on a line of its own: "Node: omnisock". */
export function titleOf({ platform, title }: Pick<Contender, "platform" | "title">): string {
  return `${PLATFORM_TITLES[platform]}: ${title}`;
}
