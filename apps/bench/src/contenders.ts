/** The ways in which a task can be done, and where the program of each stands. */
import type { Contender, Platform } from "./contender.ts";
import { RUNTIME_NAMES, type RuntimeName } from "./machine/runtimes.ts";

/** What the runtimes' own APIs are called, by the kind of socket. */
const NATIVE = {
  stream: { node: "node:net", bun: "Bun.listen", deno: "Deno.listen" },
  datagram: { node: "node:dgram", bun: "Bun.udpSocket", deno: "Deno.listenDatagram" },
} as const;

export interface Task {
  /** The programs' name, without ending. */
  readonly name: string;
  readonly kind: keyof typeof NATIVE;
  /** Which of several ways of using an API it is, for id and title: "gathered". The programs are told. */
  readonly way?: string;
}

/** `omnisock` with each runtime's adapter. */
export function omnisock(task: Task): Contender[] {
  return onEach(RUNTIME_NAMES, task, () => ["omnisock", "omnisock", "omnisock"], ["omnisock"]);
}

/** The same program on the system calls. */
export function posix(task: Task): Contender[] {
  return onEach(RUNTIME_NAMES, task, () => ["posix", "omnisock/posix", "omnisock"], ["posix"]);
}

/** Blocking calls. */
export function sync(task: Task): Contender[] {
  return onEach(RUNTIME_NAMES, task, () => ["sync", "omnisock/posix/sync", "sync"]);
}

/** Each runtime's own API, by hand; that of Node is node:net or node:dgram. */
export function native(task: Task): Contender[] {
  return onEach(RUNTIME_NAMES, task, (platform) => {
    return ["native", NATIVE[task.kind][platform], platform === "node" ? "node-apis" : platform];
  });
}

/** node:net or node:dgram where it is not the native API. */
export function nodeApis(task: Task): Contender[] {
  return onEach(["bun", "deno"], task, () => ["node-api", NATIVE[task.kind].node, "node-apis"]);
}

/** A peer in C: how it does the task, its program, and what that is told. */
export function inC(title: string, program: string, ...args: string[]): Contender {
  return peer("c", title, `c/peers/${program}.c`, args);
}

export function inPython(title: string, program: string, ...args: string[]): Contender {
  return peer("python", title, `python/${program}.py`, args);
}

function peer(platform: Platform, title: string, source: string, args: readonly string[]): Contender {
  return { id: `${platform}.${dashed(title)}`, platform, title, source, args };
}

/** @param use Name for the id, title, and the folder where the programs stand. */
function onEach(
  platforms: readonly RuntimeName[],
  { name, way }: Task,
  use: (platform: RuntimeName) => readonly [name: string, title: string, folder: string],
  args: readonly string[] = [],
): Contender[] {
  return platforms.map((platform) => {
    const [api, title, folder] = use(platform);
    return {
      id: way === undefined ? `${platform}.${api}` : `${platform}.${api}-${dashed(way)}`,
      platform,
      title: way === undefined ? title : `${title}, ${way}`,
      source: `src/programs/${folder}/${name}.ts`,
      args: way === undefined ? args : [...args, way],
    };
  });
}

function dashed(words: string): string {
  return words.replaceAll(" ", "-");
}
