/** What tools make of the package: the compiler of TypeScript, and a bundler. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";

const run = promisify(execFile);

/** A folder in the package, where `omnisock` is found; it is gone after the test. */
async function folderWith(files: { readonly [name: string]: string }): Promise<string> {
  const folder = await mkdtemp(fileURLToPath(new URL(".copy-", import.meta.url)));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const { bun, deno } = process.versions;

// They run in processes of their own, the same ones whatever runs the test.
describe.skipIf(bun !== undefined || deno !== undefined)("omnisock", () => {
  test.each(["nodenext", "node16", "bundler"])("its types need no runtime's, by resolution %s", async (resolution) => {
    const compilerOptions = {
      noEmit: true,
      strict: true,
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      target: "ES2022",
      lib: ["ESNext", "DOM"],
      types: [],
      module: resolution === "bundler" ? "ESNext" : resolution,
      moduleResolution: resolution,
    };
    const entries = ["omnisock", "omnisock/framing", "omnisock/posix", "omnisock/posix/sync"];
    const folder = await folderWith({
      "use.ts": entries.map((entry, index) => `export * as entry${index} from "${entry}";\n`).join(""),
      "tsconfig.json": JSON.stringify({ compilerOptions, files: ["use.ts"] }),
    });
    const { stdout } = await run("tsc", ["-p", folder]).catch((error) => error);
    expect(stdout).toBe("");
  });

  test("a bundle has one adapter and no posix, and one for browsers is refused", async () => {
    const folder = await folderWith({
      "use.ts": `import { AddressFamily, Socket, SocketType } from "omnisock";
        console.log(new Socket(AddressFamily.INET, SocketType.STREAM).state);`,
    });
    const bundle = join(folder, "bundle.mjs");
    const build = (target: string) =>
      run("bun", ["build", join(folder, "use.ts"), `--target=${target}`, "--outfile", bundle]);
    await build("node");
    const { stdout } = await run(process.execPath, [bundle]);
    expect(stdout).toBe("CLOSED\n");
    expect(await readFile(bundle, "utf8")).not.toMatch(/koffi|Bun\.listen|Deno\.listen/);
    await expect(build("browser")).rejects.toThrow("unsupported.js");
  });
});
