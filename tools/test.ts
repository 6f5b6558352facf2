/**
 * `npm test`: builds, checks, runs every test on every runtime, and ends with one line, `N passed, M failed, K skipped`.
 *
 * A package that should have run tests on a runtime and left no count is a failure.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestResult } from "./count-reporter.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const results = join(root, ".test-results");
rmSync(results, { recursive: true, force: true });

const tasks = ["lint", "dead-code", "check-docs", "check-tools", "build", "check", "test"];
const turbo = spawnSync("turbo", ["run", ...tasks, "--continue", "--concurrency=2"], { cwd: root, stdio: "inherit" });
if (turbo.error !== undefined) console.error(`Cannot run turbo: ${turbo.error.message}. Run \`npm ci\` first.`);

const rows: { package: string; runtime: string; passed: number; failed: number; skipped: number }[] = [];
for (const file of globSync("{packages,apps}/*/package.json", { cwd: root }).sort()) {
  const { name, scripts } = JSON.parse(readFileSync(join(root, file), "utf8")) as {
    name: string;
    scripts?: Record<string, string>;
  };
  const runtimes = scripts?.["test"]?.match(/\b(node|bun|deno)\b(?=\s|$)/g) ?? [];
  for (const runtime of new Set(runtimes.slice(1))) {
    const result = join(results, `${name.replace("/", "-")}.${runtime}.json`);
    if (existsSync(result)) {
      rows.push({ package: name, ...(JSON.parse(readFileSync(result, "utf8")) as TestResult) });
    } else {
      rows.push({ package: name, runtime: `${runtime} (did not finish)`, passed: 0, failed: 1, skipped: 0 });
    }
  }
}

const sum = (key: "passed" | "failed" | "skipped"): number => rows.reduce((total, row) => total + row[key], 0);
const widest = Math.max(...rows.map((row) => row.package.length));
console.log("");
for (const row of rows) {
  const count = `${row.passed} passed, ${row.failed} failed, ${row.skipped} skipped`;
  console.log(`${row.package.padEnd(widest)}  ${row.runtime.padEnd(14)}  ${count}`);
}
const isGreen = turbo.status === 0 && sum("failed") === 0 && sum("passed") > 0;
console.log(isGreen ? "\nAll tests and checks passed." : "\nNot everything passed: see above.");
console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
process.exitCode = isGreen ? 0 : 1;
