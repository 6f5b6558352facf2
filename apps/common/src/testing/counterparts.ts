/** Programs in other languages, for the other end: what the texts' own programs are written in. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { type Running, startCommand } from "./running.ts";

/** A program in another language. */
export interface Counterpart {
  readonly language: string;
  /** The command, for those who start it in their own way; the first word is the program. */
  readonly command: readonly string[];
  start(...args: string[]): Running;
}

/**
 * The counterparts in Python, and in C where there is a compiler: the programs `name.py` and `name.c` that stand beside the test.
 *
 * @example
 * ```ts
 * describe.each(counterparts(import.meta.url, "peer"))("with $language at the other end", (peer) => {});
 * ```
 */
export function counterparts(test: string, name: string): Counterpart[] {
  const python = counterpart("Python", "python3", fileURLToPath(new URL(`${name}.py`, test)));
  if (cCompiler === undefined) return [python];
  return [python, counterpart("C", compiled(cCompiler, fileURLToPath(new URL(`${name}.c`, test))))];
}

function counterpart(language: string, program: string, ...words: readonly string[]): Counterpart {
  return { language, command: [program, ...words], start: (...args) => startCommand(program, [...words, ...args]) };
}

/** TCP peers that do what they are told, step by step: tcp-peer.py says which steps there are. */
export function tcpPeers(): Counterpart[] {
  return counterparts(import.meta.url, "tcp-peer");
}

/** How a counterpart prints what it received. */
export function got(text: string | Uint8Array): string {
  return `got ${Buffer.from(text as string).toString("hex")}`;
}

/** The C compiler's command; undefined, and said so, where there is none: tests that need it are then skipped. */
const cCompiler: string | undefined = (() => {
  if (spawnSync("cc", ["--version"]).status === 0) return "cc";
  console.warn("There is no C compiler (cc): the counterparts in C are skipped.");
  return undefined;
})();

function compiled(compiler: string, source: string): string {
  const folder = mkdtempSync(join(tmpdir(), "omnisock-c-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  // Tests may run it as somebody else.
  chmodSync(folder, 0o755);
  const command = join(folder, "program");
  const flags = ["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror"];
  execFileSync(compiler, [...flags, "-o", command, source], { stdio: "inherit" });
  return command;
}
