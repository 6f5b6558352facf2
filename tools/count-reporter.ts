import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Reporter, TestModule } from "vitest/node";

/** What one package's tests came to on one runtime. */
export interface TestResult {
  readonly runtime: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The failed tests and files, by name: what has scrolled away is said again at the end. */
  readonly failures: readonly string[];
}

/** Writes the count to the file that OMNISOCK_TEST_RESULT names. It runs inside the runtime under test, and asks it for its name. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const file = process.env["OMNISOCK_TEST_RESULT"];
    if (file === undefined) return;
    const count = { passed: 0, failed: 0, skipped: 0 };
    const failures: string[] = [];
    const fail = (where: string, error: unknown) => {
      const { message = String(error) } = (error ?? {}) as { message?: string };
      failures.push(`${where}: ${stripVTControlCharacters(message).split("\n", 1)[0]}`);
    };
    for (const error of unhandledErrors) fail("outside of any test", error);
    for (const module of modules) {
      for (const error of module.errors()) fail(module.relativeModuleId, error);
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state === "failed") fail(`${module.relativeModuleId} > ${test.fullName}`, errors[0]);
        else count[state === "pending" ? "skipped" : state] += 1;
      }
    }
    count.failed = failures.length;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ runtime: runtimeName(), ...count, failures } satisfies TestResult));
  }
}

function runtimeName(): string {
  const { bun, deno, node } = process.versions;
  if (bun !== undefined) return `Bun ${bun}`;
  if (deno !== undefined) return `Deno ${deno}`;
  return `Node ${node}`;
}
