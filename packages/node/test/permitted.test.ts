import { execFile } from "node:child_process";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("forbidden.ts", import.meta.url));

test("without --allow-net every socket is EACCES, which can be caught", async () => {
  const args = ["--permission", "--allow-fs-read=*", program];
  const { stdout } = await promisify(execFile)(execPath, args, { timeout: 30_000 });
  expect(stdout.split("\n")).toEqual(["listen EACCES", "connect EACCES", "bind EACCES", "look up EACCES", ""]);
});
