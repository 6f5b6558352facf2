/** Folders with runtimes to find, real and pretended. */
import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { RuntimeName } from "../src/runtimes.ts";

/** Stands for the runtime that is installed. */
export const REAL: unique symbol = Symbol("the real one");

/** Makes a folder that holds the real runtimes, or shell scripts in their place; it goes with the test. */
export async function folderWith(contents: { readonly [name in RuntimeName]?: string | typeof REAL }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "omnisock-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(contents)) {
    const file = join(folder, name);
    if (typeof content === "string") {
      await writeFile(file, `#!/bin/sh\n${content}\n`);
      await chmod(file, 0o755);
    } else {
      await symlink(fileURLToPath(new URL(`../../../node_modules/.bin/${name}`, import.meta.url)), file);
    }
  }
  return folder;
}

/** A shell script that tells a version, and else does what `script` says. */
export function pretended(script: string): string {
  return `if [ "$1" = --version ]; then echo 1.2.3; exit; fi\n${script}`;
}
