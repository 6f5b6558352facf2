import type { Adapter, Capability } from "@omnisock/core";
import { Fixture } from "./fixture.ts";

/** One behaviour that every adapter owes its users. */
export interface Case {
  /** Names the case for good: in reports, and to run it alone. */
  readonly id: string;
  /** The behaviour, as one sentence that begins with the verb it is about. */
  readonly title: string;
  /** Where the behaviour is laid down, or the test suite that inspired the case. */
  readonly source: string;
  /** What the adapter must claim for the case to make sense. */
  readonly needs?: readonly Capability[];
  /** What the adapter must not claim: the case checks what asking for it gives. */
  readonly lacks?: readonly Capability[];
  /** Longest time the case may take, in milliseconds. Default: 10,000. */
  readonly limit?: number;
  /** Resolves when the behaviour was seen; rejects with what was expected and what was seen. Both ends run here. */
  run(fixture: Fixture): Promise<void>;
}

/** The cases about one subject; a file each. */
export interface Topic {
  readonly name: string;
  readonly cases: readonly Case[];
}

const DEFAULT_LIMIT = 10_000;

/**
 * Runs one case on an adapter, and closes every socket it made.
 *
 * @throws What the case saw instead of its behaviour; an Error when it did not end in time.
 */
export async function runCase(one: Case, adapter: Adapter): Promise<void> {
  const fixture = new Fixture(adapter);
  const limit = one.limit ?? DEFAULT_LIMIT;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${one.id} did not end within ${limit} ms`)), limit);
  });
  try {
    await Promise.race([one.run(fixture), hung]);
  } finally {
    clearTimeout(timer);
    await fixture.close();
  }
}

/** Whether the adapter claims all that the case needs, and nothing that must be missing. */
export function isSupported({ needs = [], lacks = [] }: Case, adapter: Adapter): boolean {
  const claims = (capability: Capability): boolean => adapter.supports.has(capability);
  return needs.every(claims) && !lacks.some(claims);
}
