/** Who is measured: a program, in a language or on a runtime, that does a task in one way. */
import type { RuntimeName } from "./machine/runtimes.ts";

export type Platform = RuntimeName | "c" | "python";

export interface Contender {
  /** Platform and way: "node.omnisock". */
  readonly id: string;
  readonly platform: Platform;
  /** How it is shown beside the platform: "omnisock", "Bun.listen". */
  readonly title: string;
  /** The program's source, relative to the bench. */
  readonly source: string;
  readonly args: readonly string[];
}

const PLATFORM_TITLES: { readonly [platform in Platform]: string } = {
  node: "Node",
  bun: "Bun",
  deno: "Deno",
  c: "C",
  python: "Python",
};

/** As on a line of its own: "omnisock on Node", "C, epoll". */
export function titleOf({ platform, title }: Contender): string {
  const isRuntime = platform !== "c" && platform !== "python";
  return isRuntime ? `${title} on ${PLATFORM_TITLES[platform]}` : `${PLATFORM_TITLES[platform]}, ${title}`;
}
