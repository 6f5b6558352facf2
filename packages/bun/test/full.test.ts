/** A process that can open no more files, of which Bun itself says something else, or nothing. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("full-child.ts", import.meta.url));

test("calls are EMFILE while no file can be opened, and what they were when one can", async () => {
  const limited = ["-c", 'ulimit -n 64 && exec "$0" "$1"', process.execPath, program];
  const { stdout } = await promisify(execFile)("sh", limited);
  expect(stdout.trim().split("\n")).toEqual([
    "listen: EMFILE",
    "listen, Unix: EMFILE",
    "connect: EMFILE",
    "connect, Unix: EMFILE",
    "getAddresses: EMFILE",
    "listen, taken: EADDRINUSE",
    "connect, refused: ECONNREFUSED",
    "connect, Unix, missing: ENOENT",
  ]);
});
