/**
 * Runs the vitest tests of the package in the working directory inside each runtime named: `node tools/run-tests.ts node bun deno`.
 *
 * Every run leaves its count in `.test-results/` at the root, for `npm test` to add up.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const commands: Record<string, string[]> = {
  node: ["node", vitest],
  bun: ["bun", "--bun", vitest],
  deno: ["deno", "run", "--allow-all", "--unstable-net", vitest],
};

const { name } = JSON.parse(readFileSync("package.json", "utf8")) as { name: string };
const runtimes = process.argv.slice(2).filter((argument) => argument in commands);
const options = process.argv.slice(2).filter((argument) => !(argument in commands));
for (const runtime of runtimes) {
  const [program = "", ...before] = commands[runtime] ?? [];
  const reporters = ["--reporter=dot", `--reporter=${join(root, "tools/count-reporter.ts")}`];
  const config = ["--root=.", `--config=${join(root, "vitest.config.ts")}`];
  const { status, error } = spawnSync(program, [...before, "run", ...config, ...reporters, ...options], {
    stdio: "inherit",
    env: {
      ...process.env,
      OMNISOCK_TEST_RESULT: join(root, ".test-results", `${name.replace("/", "-")}.${runtime}.json`),
    },
  });
  if (error !== undefined) console.error(`Cannot run ${runtime}: ${error.message}. \`npm ci\` installs it.`);
  if (status !== 0) process.exitCode = 1;
}
