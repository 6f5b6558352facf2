/** Programs in other languages, for the other end: what the texts' own programs are written in. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Python's command. */
export const PYTHON = "python3";

/** The C compiler's command; undefined, and said so, where there is none: tests that need it are then skipped. */
export const cCompiler: string | undefined = (() => {
  if (spawnSync("cc", ["--version"]).status === 0) return "cc";
  console.warn("There is no C compiler (cc): the counterparts in C are skipped.");
  return undefined;
})();

/**
 * Compiles a C program that stands beside the test, and returns its command.
 *
 * @example
 * ```ts
 * const receiver = compiled(import.meta.url, "receiver.c");
 * ```
 */
export function compiled(test: string, source: string): string {
  if (cCompiler === undefined) throw new Error("There is no C compiler");
  const folder = mkdtempSync(join(tmpdir(), "omnisock-c-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const command = join(folder, "program");
  const flags = ["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror"];
  execFileSync(cCompiler, [...flags, "-o", command, fileURLToPath(new URL(source, test))], { stdio: "inherit" });
  return command;
}
