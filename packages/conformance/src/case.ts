import type { Adapter, Capability, SocketConstructor } from "@omnisock/core";
import { absences } from "./absences.ts";
import { show } from "./expect.ts";
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

/** What a case's sockets may take to close beyond its limit, in milliseconds. */
const CLOSE_LIMIT = 2000;
/** The longest time that a timer can wait, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A case did not end within its limit, or its sockets did not close: something of it may still run. */
export class CaseHung extends Error {
  override readonly name = "CaseHung";
}

/** The adapter did something that its contract forbids, whatever the case saw. */
export class ContractBroken extends Error {
  override readonly name = "ContractBroken";

  constructor(breaches: readonly string[], options?: ErrorOptions) {
    super(`the adapter breaks the contract, adapter.ts of @omnisock/core: ${breaches.join("; ")}`, options);
  }
}

/**
 * Runs one case on an adapter, or the check of what it does not claim, and closes every socket it made.
 *
 * @param limit Longest time it may take, in milliseconds. Default: the case's own.
 * @param classOn Makes the `Socket` class under test. Default: core's.
 * @returns "unsupported" when the adapter does not claim what the case needs, and asking for it gave the right error.
 * @throws What the case saw instead of its behaviour; a `CaseHung` when it did not end in time; a `ContractBroken`, with
 * either as its cause, when the adapter did not keep to its contract.
 */
export async function runCase(
  one: Case,
  adapter: Adapter,
  limit: number = one.limit ?? DEFAULT_LIMIT,
  classOn?: (adapter: Adapter) => SocketConstructor,
): Promise<"pass" | "unsupported"> {
  const fixture = new Fixture(adapter, classOn);
  const missing = firstMissing(one, adapter);
  const run = (): Promise<void> => (missing === undefined ? one.run(fixture) : absences[missing].check(fixture));
  const began = performance.now();
  let failed = await failureOf(within(limit, run, fixture, `${one.id} did not end within ${limit} ms`));
  const left = limit - (performance.now() - began) + CLOSE_LIMIT;
  const unclosed = await failureOf(within(left, () => fixture.close(), fixture, "its sockets do not close"));
  if (unclosed !== undefined && !(failed instanceof CaseHung)) {
    failed = failed === undefined ? unclosed : new CaseHung(`${show(failed)}; and then ${show(unclosed)}`);
  }
  if (fixture.breaches.length > 0) throw new ContractBroken(fixture.breaches, { cause: failed });
  if (failed !== undefined) throw failed;
  return missing === undefined ? "pass" : "unsupported";
}

/** Runs a part of a case, and says why it may be that it does not end. */
async function within(limit: number, part: () => Promise<void>, fixture: Fixture, otherwise: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hung = new Promise<never>((_, reject) => {
    const end = (): void => reject(new CaseHung([otherwise, ...fixture.unsettled].join("\n")));
    timer = setTimeout(end, Math.min(limit, LONGEST_TIMER));
  });
  try {
    // After the clock: a case that counts timers must not see it.
    await Promise.race([part(), hung]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a promise rejects with, as an error; undefined when it resolves. */
async function failureOf(promise: Promise<void>): Promise<unknown> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error ?? new Error(`${error} was thrown`);
  }
}

/** The first capability that the case needs and the adapter does not claim. */
export function firstMissing({ needs = [] }: Case, adapter: Adapter): Capability | undefined {
  return needs.find((capability) => !adapter.supports.has(capability));
}
