/**
 * `npm test`: builds, checks, runs every test on every runtime, and ends with one line, `N passed, M failed, K skipped`.
 *
 * A package that should have run tests on a runtime and left no count is a failure. The conformance suite runs when all else has
 * ended, so that its time limits see a quiet machine; the documentation is then held against its report.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { count, type Report } from "../packages/conformance/src/report/report.ts";
import type { TestResult } from "./count-reporter.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const results = join(root, ".test-results");
rmSync(results, { recursive: true, force: true });

const tasks = ["lint", "dead-code", "check-docs", "check-tools", "build", "check", "test"];
const turbo = spawnSync("turbo", ["run", ...tasks, "--continue", "--concurrency=2"], { cwd: root, stdio: "inherit" });
if (turbo.error !== undefined) console.error(`Cannot run turbo: ${turbo.error.message}. Run \`npm ci\` first.`);

const rows: ({ package: string } & TestResult)[] = [];
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
      const failures = [`${runtime} left no count: it did not start, or did not finish`];
      rows.push({ package: name, runtime: `${runtime} (did not finish)`, passed: 0, failed: 1, skipped: 0, failures });
    }
  }
}

const report = join(results, "conformance.json");
const isConformant = run("npm", "run", "--silent", "conformance", "--", "--json", report);
rows.push(...conformanceRows());
const isDocumented = existsSync(report) && run("node", "tools/check-docs.ts", "--report", report);

const sum = (key: "passed" | "failed" | "skipped"): number => rows.reduce((total, row) => total + row[key], 0);
const widest = Math.max(...rows.map((row) => row.package.length));
console.log("");
for (const row of rows) {
  const counts = `${row.passed} passed, ${row.failed} failed, ${row.skipped} skipped`;
  console.log(`${row.package.padEnd(widest)}  ${row.runtime.padEnd(20)}  ${counts}`);
}
const isGreen = turbo.status === 0 && isConformant && isDocumented && sum("failed") === 0 && sum("passed") > 0;
for (const row of rows.filter(({ failed }) => failed > 0)) {
  console.log(`\n${row.package} on ${row.runtime}:`);
  for (const failure of row.failures) console.log(`  ✘ ${failure}`);
}
console.log(isGreen ? "\nAll tests and checks passed." : "\nNot everything passed: see above.");
console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
process.exitCode = isGreen ? 0 : 1;

/** Runs a command of this repository; whether it ended well. */
function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { cwd: root, stdio: "inherit" }).status === 0;
}

/** A row for each column of the matrix. An "unsupported" was checked; a known bug is none that passed. */
function conformanceRows(): typeof rows {
  const name = "@omnisock/conformance";
  const none = (failure: string) => ({ passed: 0, failed: 1, skipped: 0, failures: [failure] });
  if (!existsSync(report)) {
    return [{ package: name, runtime: "the suite (did not finish)", ...none("the suite left no report") }];
  }
  const { columns, missing } = JSON.parse(readFileSync(report, "utf8")) as Report;
  return [
    ...columns.map(({ adapter, version, problem, results }) => {
      const counts = count(results);
      const failures = results
        .filter(({ outcome }) => outcome === "fail")
        .map(({ case: id, expected, seen, rerun }) => `${id}: expected ${expected}, seen ${seen}; again: ${rerun}`);
      if (problem !== undefined) failures.push(problem);
      return {
        package: name,
        runtime: `${adapter} on ${version}`,
        passed: counts.pass + counts.unsupported,
        failed: failures.length,
        skipped: counts["known-bug"],
        failures,
      };
    }),
    ...missing.map(({ runtime, reason }) => ({ package: name, runtime: `${runtime} (missing)`, ...none(reason) })),
  ];
}
