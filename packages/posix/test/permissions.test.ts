import { execFile } from "node:child_process";
import { env, execPath, versions } from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("programs/forbidden.ts", import.meta.url));

/** The lines that the program writes, of what it may not do: open a blocking socket, connect one, and connect to a name. */
function output(...permissions: readonly string[]): Promise<string[]> {
  // Deno adds --allow-all to what looks like a Deno that is started: this does not.
  const script = `exec "$RUNTIME" ${permissions.join(" ")} "$PROGRAM"`;
  const options = { timeout: 30_000, env: { ...env, RUNTIME: execPath, PROGRAM: program } };
  return new Promise((resolve) => {
    execFile("sh", ["-c", script], options, (_, text, errors) => resolve((text.trim() || errors).split("\n")));
  });
}

describe.skipIf(!("deno" in versions))("Deno", () => {
  test("without any permission is told to permit FFI", async () => {
    const [sync, promises, named] = await output("run", "--no-prompt");
    expect(sync).toMatch(/^SystemMissing EACCES: .*--allow-ffi/);
    expect(promises).toMatch(/^EACCES: .*--allow-ffi/);
    expect(named).toMatch(/^EACCES: .*--allow-net/);
  });

  test("with those that the README names gets its sockets, and for names is told to permit the network", async () => {
    const [promises, named] = await output("run", "--no-prompt", "--allow-ffi");
    expect(promises).toMatch(/^ECONNREFUSED: /);
    expect(named).toMatch(/^EACCES: .*--allow-net/);
  });
});

describe.skipIf("deno" in versions || "bun" in versions)("Node with --permission", () => {
  test("is told to permit addons, and for names the network", async () => {
    const [sync, promises, named] = await output("--permission", "'--allow-fs-read=*'");
    expect(sync).toMatch(/^SystemMissing EACCES: .*--allow-addons/);
    expect(promises).toMatch(/^EACCES: .*--allow-addons/);
    expect(named).toMatch(/^EACCES: .*--allow-net/);
  });
});
