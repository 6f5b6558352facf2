import type { Adapter } from "@omnisock/core";
import { isSupported, runCase } from "./case.ts";
import { topics } from "./topics.ts";

/** The two functions of a test framework that the suite needs; vitest, `bun test`, node:test and others have them. */
export interface TestFramework {
  describe(name: string, define: () => void): void;
  test(name: string, run: () => Promise<void>): void;
}

/**
 * Makes a test of every case that the adapter can be held to.
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
    const supported = cases.filter((one) => isSupported(one, adapter));
    if (supported.length === 0) continue;
    describe(name, () => {
      for (const one of supported) test(one.title, () => runCase(one, adapter));
    });
  }
}
