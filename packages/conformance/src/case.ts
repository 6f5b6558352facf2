import type { Adapter, Capability, SocketConstructor } from "@omnisock/core";
import { absences } from "./absences.ts";
import { Fixture } from "./fixture.ts";

/** One behaviour that every adapter owes its users. */
export interface Case {
  /** Names the case for good: in reports, and to run it alone. */
  readonly id: string;
  /** The behaviour, as one sentence that begins with the verb it is about. */
  readonly title: string;
  /** Where the behaviour is laid down, or the test suite that inspired the case. */
  readonly source: string;
  /**
   * What the adapter must claim for the case to make sense, the most basic first. Where it does not, the case checks what
   * asking for the first that is missing gives: `absences.ts` says what is owed then.
   */
  readonly needs?: readonly Capability[];
  /** Longest time the case may take, in milliseconds. Default: 10,000. */
  readonly limit?: number;
  /** No other case may run in the same process meanwhile: this one looks at what all of them share. */
  readonly isAlone?: boolean;
  /** Resolves when the behaviour was seen; rejects with what was expected and what was seen. Both ends run here. */
  run(fixture: Fixture): Promise<void>;
}

/** The cases about one subject; a file each. */
export interface Topic {
  readonly name: string;
  readonly cases: readonly Case[];
}

/** Longest time a case may take that does not say it, in milliseconds. */
export const DEFAULT_LIMIT = 10_000;

/** A case did not end within its limit. */
export class CaseHung extends Error {
  override readonly name = "CaseHung";
}

/**
 * Runs one case on an adapter, or the check of what it does not claim, and closes every socket it made.
 *
 * @param limit Longest time it may take, in milliseconds. Default: the case's own.
 * @param classOn Makes the `Socket` class under test. Default: core's.
 * @returns "unsupported" when the adapter does not claim what the case needs, and asking for it gave the right error.
 * @throws What the case saw instead of its behaviour; a `CaseHung` when it did not end in time.
 */
export async function runCase(
  one: Case,
  adapter: Adapter,
  limit: number = one.limit ?? DEFAULT_LIMIT,
  classOn?: (adapter: Adapter) => SocketConstructor,
): Promise<"pass" | "unsupported"> {
  const fixture = new Fixture(adapter, classOn);
  const missing = firstMissing(one, adapter);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CaseHung(`${one.id} did not end within ${limit} ms`)), limit);
  });
  try {
    // After the clock: a case that counts timers must not see it.
    const run = missing === undefined ? one.run(fixture) : absences[missing].check(fixture);
    await Promise.race([run, hung]);
  } finally {
    clearTimeout(timer);
    await fixture.close();
  }
  return missing === undefined ? "pass" : "unsupported";
}

/** The first capability that the case needs and the adapter does not claim. */
export function firstMissing({ needs = [] }: Case, adapter: Adapter): Capability | undefined {
  return needs.find((capability) => !adapter.supports.has(capability));
}
