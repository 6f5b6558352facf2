/** The C programs: compiled when they are first wanted, and kept until their source changes. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { fileAt } from "./files.ts";
import { type Missing, type Tool, versionOf } from "./runtimes.ts";

const FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra"];
const LIBRARIES = ["-lm"];

export async function findCompiler(): Promise<Tool | Missing> {
  const version = await versionOf("cc");
  if (version !== undefined) return { version, command: ["cc"] };
  return {
    reason:
      "there is no C compiler (`cc`): no peers in C, and a slower load generator; Debian: `apt-get install gcc libc6-dev`",
  };
}

/**
 * Compiles what is not compiled yet; returns the program's path.
 *
 * @param source A file, or a folder whose files make one program; relative to the bench.
 * @throws The compiler finds fault.
 */
export async function compile(compiler: Tool, source: string): Promise<string> {
  const isFile = source.endsWith(".c");
  const sources = isFile ? [fileAt(source)] : globSync(join(fileAt(source), "*.c")).sort();
  const headers = globSync(join(fileAt(isFile ? dirname(source) : source), "*.h")).sort();
  const hash = createHash("sha256").update(JSON.stringify([compiler.version, process.arch, FLAGS, LIBRARIES]));
  for (const file of [...sources, ...headers]) hash.update(readFileSync(file));
  const program = join(fileAt("node_modules/.cache/c"), `${basename(source, ".c")}-${hash.digest("hex").slice(0, 16)}`);
  const known = compiling.get(program) ?? compileTo(program, compiler, sources);
  compiling.set(program, known);
  await known;
  return program;
}

/** What is compiled, or is being: several may want the same at once. */
const compiling = new Map<string, Promise<void>>();

async function compileTo(program: string, compiler: Tool, sources: readonly string[]): Promise<void> {
  if (existsSync(program)) return;
  mkdirSync(dirname(program), { recursive: true });
  const [file, ...args] = compiler.command;
  // Another process may compile it too: each has its own, until it is whole.
  const unfinished = `${program}.${process.pid}`;
  await promisify(execFile)(file, [...args, ...FLAGS, "-o", unfinished, ...sources, ...LIBRARIES]);
  renameSync(unfinished, program);
}
