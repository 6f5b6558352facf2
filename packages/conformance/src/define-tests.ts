import type { Adapter } from "@omnisock/core";
import { absences } from "./absences.ts";
import { firstMissing, runCase } from "./case.ts";
import { topics } from "./topics.ts";

/** The two functions of a test framework that the suite needs; vitest, `bun test`, node:test and others have them. */
export interface TestFramework {
  describe(name: string, define: () => void): void;
  test(name: string, run: () => Promise<void>): void;
}

/**
 * Makes a test of every case. What the adapter does not claim is tested as well: asking for it must give the right error.
 *
 * @example
 * ```ts
 * import { defineTests } from "@omnisock/conformance";
 * import { describe, test } from "vitest";
 * import { adapter } from "../dist/index.js";
 *
 * defineTests({ describe, test }, adapter);
 * ```
 */
export function defineTests({ describe, test }: TestFramework, adapter: Adapter): void {
  for (const { name, cases } of topics) {
    describe(name, () => {
      for (const one of cases) {
        const missing = firstMissing(one, adapter);
        const title = missing === undefined ? one.title : `${one.title}; unsupported: ${absences[missing].title}`;
        test(title, async () => void (await runCase(one, adapter)));
      }
    });
  }
}
