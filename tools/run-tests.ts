/**
 * Runs the vitest tests of the package in the working directory inside each runtime named: `node tools/run-tests.ts node bun deno`.
 *
 * Other arguments go to vitest; `node -- bun deno test/unit/` gives them to the latter two alone. What fails on one runtime
 * keeps none of the others from running. Every run leaves its count in `.test-results/` at the root, for `npm test` to add up.
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
for (const group of groups(process.argv.slice(2))) {
  const options = group.filter((argument) => !(argument in commands));
  for (const runtime of group.filter((argument) => argument in commands)) run(runtime, options);
}

/** The arguments before, between and behind each `--`. */
function groups(all: readonly string[]): string[][] {
  const end = all.indexOf("--");
  return end < 0 ? [[...all]] : [all.slice(0, end), ...groups(all.slice(end + 1))];
}

function run(runtime: string, options: readonly string[]): void {
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
