import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { compile, findCompiler } from "../src/machine/compiler.ts";
import { fileAt } from "../src/machine/files.ts";
import { isMissing } from "../src/machine/runtimes.ts";

const compiler = await findCompiler();

/** A source of its own, so that it is compiled anew. */
function source(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "omnisock-bench-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "program.c");
  writeFileSync(file, `/* ${folder} */\n${text}\n`);
  return relative(fileAt(""), file);
}

describe.skipIf(isMissing(compiler))("compile()", () => {
  if (isMissing(compiler)) return;

  test("makes one program for all that want it at once, and leaves nothing unfinished", async () => {
    const file = source("int main(void) { return 0; }");
    const programs = await Promise.all(Array.from({ length: 5 }, () => compile(compiler, file)));
    const [program = ""] = programs;
    onTestFinished(() => rmSync(program));
    expect(new Set(programs).size).toBe(1);
    expect(globSync(`${program}*`)).toEqual([program]);
  });

  test("says what the compiler says", async () => {
    await expect(compile(compiler, source("int main(void) { return nothing; }"))).rejects.toThrow("nothing");
  });
});
