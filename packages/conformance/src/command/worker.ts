/**
 * Runs cases inside the runtime under test: `node worker.js ADAPTER MARK`, `bun run …`, `deno run …`.
 *
 * ADAPTER is the URL of a module that exports `adapter`. What is said on standard input and output: `protocol.ts`.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import type { Adapter, Claim, OptionClaims } from "@omnisock/core";
import { absences } from "../absences.ts";
import { adapterFault } from "../adapter-fault.ts";
import { type Case, CaseHung, ContractBroken, DEFAULT_LIMIT, firstMissing, runCase } from "../case.ts";
import { show, Unexpected } from "../expect.ts";
import { topics } from "../topics.ts";
import type { Message, Ran, Request } from "./protocol.ts";

/** Comes before each message, and tells it from what the adapter prints. */
const mark = process.argv[3] ?? "";
/** Kept, for an adapter may put another in its place. */
const write = process.stdout.write.bind(process.stdout);

const cases = new Map(topics.flatMap((topic) => topic.cases.map((one) => [one.id, one])));

/** Errors that nobody handled. The case that runs is to blame. */
const unhandled: unknown[] = [];
process.on("uncaughtException", (error) => unhandled.push(error));
process.on("unhandledRejection", (error) => unhandled.push(error));

const adapter = await load(process.argv[2] ?? "");
if (adapter !== undefined) {
  say({
    type: "ready",
    supports: [...adapter.supports],
    options: optionsOf(adapter.options),
    topics: topics.map(({ name, cases }) => ({
      name,
      cases: cases.map(({ id, title, source }) => ({ id, title, source })),
    })),
    limits: Object.fromEntries([...cases.values()].map(({ id, limit = DEFAULT_LIMIT }) => [id, limit])),
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const { run, limit } = JSON.parse(line) as Request;
    const one = cases.get(run);
    if (one !== undefined) say(await result(one, adapter, limit));
  }
}
process.exit();

async function load(url: string): Promise<Adapter | undefined> {
  try {
    const { adapter } = (await import(url)) as { adapter?: unknown };
    const reason = adapterFault(adapter);
    if (reason === undefined) return adapter as Adapter;
    say({ type: "unusable", reason });
  } catch (error) {
    say({ type: "unusable", reason: show(error) });
  }
  return undefined;
}

async function result(one: Case, adapter: Adapter, limit: number | undefined): Promise<Ran> {
  const began = performance.now();
  const ran = (rest: Pick<Ran, "outcome"> & Partial<Ran>): Ran => ({
    type: "ran",
    id: one.id,
    ms: Math.round(performance.now() - began),
    ...rest,
  });
  try {
    unhandled.length = 0;
    const outcome = await runCase(one, adapter, limit);
    // What a case leaves behind comes to light in the turns after it.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
    if (unhandled.length > 0) {
      return ran({
        outcome: "fail",
        expected: one.title,
        seen: `an error that nobody handled: ${show(unhandled[0])}`,
      });
    }
    const missing = firstMissing(one, adapter);
    if (outcome === "pass" || missing === undefined) return ran({ outcome });
    return ran({ outcome, note: `${adapter.name} does not claim "${missing}"; checked: ${absences[missing].title}` });
  } catch (error) {
    const expected = error instanceof Unexpected ? error.expected : one.title;
    const seen = error instanceof Unexpected ? error.seen : show(error);
    return ran({ outcome: "fail", expected, seen, ...(isSpoilt(error) ? { isSpoilt: true } : {}) });
  }
}

function say(message: Message): void {
  write(`${mark}${JSON.stringify(message)}\n`);
}

function isSpoilt(error: unknown): boolean {
  return error instanceof CaseHung || (error instanceof ContractBroken && error.cause instanceof CaseHung);
}

function optionsOf(claims: OptionClaims): { [kind: string]: { [option: string]: string } } {
  const claimed = (claim: Claim): string => {
    if (typeof claim !== "object") return claim;
    return "always" in claim ? `always ${claim.always}` : `${claim.least} or more`;
  };
  return Object.fromEntries(
    Object.entries(claims).map(([kind, options]) => [
      kind,
      Object.fromEntries(Object.entries(options as object).map(([option, claim]) => [option, claimed(claim)])),
    ]),
  );
}
