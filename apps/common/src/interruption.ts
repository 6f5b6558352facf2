/** Ctrl-C, as a signal that every call that waits can be given. */
import process from "node:process";

/** Why a wait ended: somebody pressed Ctrl-C, or sent SIGTERM. */
export class Interruption extends Error {}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * From now on Ctrl-C ends the calls that are given the signal, and they reject with an `Interruption`; a program that lets
 * that pass ends with exit status 0. Pressed a second time, Ctrl-C ends the process at once, as without this.
 *
 * Call it before anything tells that the program is there. For servers, which end in no other way. A client that is interrupted has not done its work: it needs nothing of this.
 *
 * @example
 * ```ts
 * const interrupted = interruption();
 * const client = await listener.accept({ signal: interrupted });
 * ```
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: string) => {
    forget();
    controller.abort(new Interruption(signal));
  };
  const forget = () => {
    for (const signal of SIGNALS) process.off(signal, stop);
    forgets.delete(forget);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  forgets.add(forget);
  return controller.signal;
}

const forgets = new Set<() => void>();

/** The program is over: what interrupts it now is none of its business. */
export function forgetInterruptions(): void {
  for (const forget of forgets) forget();
}
