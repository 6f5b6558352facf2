/** The ways in which a task can be done, and where the program of each stands. */
import type { Contender, Platform } from "./contender.ts";
import type { RuntimeName } from "./machine/runtimes.ts";

/** What the runtimes' own APIs are called, by the kind of socket. */
const NATIVE = {
  stream: { node: "node:net", bun: "Bun.listen", deno: "Deno.listen" },
  datagram: { node: "node:dgram", bun: "Bun.udpSocket", deno: "Deno.listenDatagram" },
} as const;

type Kind = keyof typeof NATIVE;

export interface Task {
  /** The programs' name, without ending. */
  readonly name: string;
  readonly kind: Kind;
  /** What every program of the task is given. */
  readonly args?: readonly string[];
}

/** `omnisock` with each runtime's adapter. */
export function omnisock({ name, args = [] }: Task): Contender[] {
  return onEach(`src/programs/omnisock/${name}.ts`, "omnisock", "omnisock", ["omnisock", ...args]);
}

/** The same program on the system calls. */
export function posix({ name, args = [] }: Task): Contender[] {
  return onEach(`src/programs/omnisock/${name}.ts`, "posix", "omnisock/posix", ["posix", ...args]);
}

/** Blocking calls. */
export function sync({ name, args = [] }: Task): Contender[] {
  return onEach(`src/programs/sync/${name}.ts`, "sync", "omnisock/posix/sync", args);
}

/** Each runtime's own API, by hand; that of Node is node:net or node:dgram. */
export function native({ name, kind, args = [] }: Task): Contender[] {
  return runtimes().map((platform) => {
    const folder = platform === "node" ? "node-apis" : platform;
    const source = `src/programs/${folder}/${name}.ts`;
    return { id: `${platform}.native`, platform, title: NATIVE[kind][platform], source, args };
  });
}

/** node:net or node:dgram where it is not the native API. */
export function nodeApis({ name, kind, args = [] }: Task): Contender[] {
  const source = `src/programs/node-apis/${name}.ts`;
  const others: RuntimeName[] = ["bun", "deno"];
  return others.map((platform) => {
    return { id: `${platform}.node-api`, platform, title: NATIVE[kind].node, source, args };
  });
}

export function inC(way: string, program: string, args: readonly string[] = []): Contender {
  return peer("c", way, `c/peers/${program}.c`, args);
}

export function inPython(way: string, program: string, args: readonly string[] = []): Contender {
  return peer("python", way, `python/${program}.py`, args);
}

function peer(platform: Platform, way: string, source: string, args: readonly string[]): Contender {
  return { id: `${platform}.${way.replaceAll(" ", "-")}`, platform, title: way, source, args };
}

function onEach(source: string, way: string, title: string, args: readonly string[]): Contender[] {
  return runtimes().map((platform) => ({ id: `${platform}.${way}`, platform, title, source, args }));
}

function runtimes(): RuntimeName[] {
  return ["node", "bun", "deno"];
}
