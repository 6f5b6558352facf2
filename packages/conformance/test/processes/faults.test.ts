import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { PLACE } from "../../dist/files.js";
import { faults } from "../faults/faults.ts";
import { seenBy } from "../faults/seen-by.ts";

const RUN_SUITE = fileURLToPath(new URL("../faults/run-suite.ts", import.meta.url));
const LIMIT = 300_000;

describe.concurrent("a fault is seen by exactly the cases about it", () => {
  for (const name of Object.keys(faults)) {
    test(`an adapter that ${name}`, { timeout: LIMIT }, async ({ expect, onTestFinished }) => {
      // For what is left by cases that hang.
      const directory = await mkdtemp("/tmp/omnisock-");
      onTestFinished(() => rm(directory, { recursive: true }));
      const options = { timeout: LIMIT, env: { ...process.env, [PLACE]: directory } };
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [RUN_SUITE, name], options);
      const { failed, run } = JSON.parse(stdout) as { failed: string[]; run: number };
      const { cases, perhaps = [] } = seenBy[name] ?? { cases: [] };
      expect(
        failed.filter((id) => !perhaps.includes(id)),
        stderr,
      ).toEqual(cases);
      expect(run).toBeGreaterThan(250);
    });
  }
});

test("every fault has its sight", () => {
  expect(Object.keys(seenBy)).toEqual(Object.keys(faults));
});
