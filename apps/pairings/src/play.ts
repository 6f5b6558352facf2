/** A pairing under way: its processes, which all end with it, and what went wrong. */
import { Child, endAll } from "./child.ts";
import type { Job } from "./pairings.ts";
import type { Runtime } from "./runtimes.ts";

/** Starts a program that is to end with the pairing. */
export type Start = (role: string, runtime: Runtime, program: string, args: readonly string[]) => Child;

/**
 * Lets `scene` run to its end, or until the pairing is ended from outside. Never rejects, and leaves no process behind.
 *
 * @returns What went wrong, with what the programs complained of; undefined when nothing did.
 */
export async function play({ signal }: Job, scene: (start: Start) => Promise<void>): Promise<string | undefined> {
  const children: Child[] = [];
  let failure: string | undefined;
  const start: Start = (role, runtime, program, args) => {
    // After the end, nobody would end it.
    signal.throwIfAborted();
    const child = new Child(role, runtime, program, args);
    children.push(child);
    return child;
  };
  try {
    await untilAborted(signal, scene(start));
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  await endAll(children);
  if (failure === undefined) return undefined;
  const complaints = children.filter(({ complaints }) => complaints !== "");
  return [failure, ...complaints.map(({ role, complaints }) => `the ${role} said: ${complaints.trim()}`)].join("\n");
}

/** What `pattern` finds in the line. */
export function matched(line: string, pattern: RegExp): RegExpExecArray {
  const match = pattern.exec(line);
  if (match === null) throw new Error(`expected ${pattern}, not '${line}'`);
  return match;
}

/** Settles as `work` does, or rejects with the signal's reason when that comes first. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject);
  });
}
