import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { findRuntime, runtimeFolders } from "../src/runtimes.ts";
import { folderWith, pretended, REAL } from "./folders.ts";

test("findRuntime() finds a real runtime and its version", async () => {
  const folder = await folderWith({ node: REAL });
  const runtime = await findRuntime("node", [folder]);
  expect(runtime).toEqual({ name: "node", version: process.versions.node, command: join(folder, "node"), run: [] });
});

test("findRuntime() takes the first folder that has it", async () => {
  const [empty, first, second] = [
    await folderWith({}),
    await folderWith({ bun: pretended("") }),
    await folderWith({ bun: REAL }),
  ];
  expect(await findRuntime("bun", [empty, first, second])).toMatchObject({ version: "1.2.3" });
});

test("findRuntime() says that a runtime is missing and how to get it", async () => {
  const { reason } = (await findRuntime("deno", [await folderWith({})])) as { reason: string };
  expect(reason).toMatch(/not found.*npm ci.*https:\/\/deno/);
});

test.each([
  ["fails", "exit 3"],
  ["tells no version", "echo hello"],
])("findRuntime() takes a runtime that %s for missing", async (_, script) => {
  const folder = await folderWith({ bun: script });
  const { reason } = (await findRuntime("bun", [folder])) as { reason: string };
  expect(reason).toContain(join(folder, "bun"));
});

test("runtimeFolders() looks at what npm ci installed, then at PATH", () => {
  const [installed, ...others] = runtimeFolders({ PATH: ["/one", "/two"].join(delimiter) });
  expect(installed).toMatch(/node_modules.\.bin$/);
  expect(others).toEqual(["/one", "/two"]);
});

test("runtimeFolders() looks nowhere else than in OMNISOCK_RUNTIME_PATH when it is set", () => {
  expect(runtimeFolders({ PATH: "/one", OMNISOCK_RUNTIME_PATH: "/two" })).toEqual(["/two"]);
});
