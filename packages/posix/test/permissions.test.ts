import { execFile } from "node:child_process";
import { env, execPath, versions } from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("programs/forbidden.ts", import.meta.url));

function output(permissions: readonly string[]): Promise<string> {
  // Deno adds --allow-all to what looks like a Deno that is started: this does not.
  const script = `exec "$RUNTIME" run --no-prompt ${permissions.join(" ")} "$PROGRAM"`;
  const options = { timeout: 30_000, env: { ...env, RUNTIME: execPath, PROGRAM: program } };
  return new Promise((resolve) => {
    execFile("sh", ["-c", script], options, (_, text, errors) => resolve(text.trim() || errors));
  });
}

describe.skipIf(!("deno" in versions))("a runtime that asks for permissions", () => {
  test("without any is told to permit FFI", async () => {
    const [sync, promises] = (await output([])).split("\n");
    expect(sync).toMatch(/^SystemMissing EACCES: .*--allow-ffi/);
    expect(promises).toMatch(/^EACCES: .*--allow-ffi/);
  });

  test("with those that the README names gets its sockets", async () => {
    expect(await output(["--allow-ffi"])).toMatch(/^ECONNREFUSED: /);
  });
});
