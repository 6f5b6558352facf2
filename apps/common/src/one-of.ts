/** Several programs behind one name. */
import process from "node:process";
import { reportFailure, UsageError } from "./failure.ts";
import { endWithReader } from "./standard-output.ts";

/** What runs a program: imports the module that does. */
export type Programs = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * Runs the program that the first argument names; it finds the others in its command line.
 *
 * @param name What the user calls all of them: "sync".
 *
 * @example
 * ```ts
 * await oneOf("sync", { receiver: () => import("./sync/receiver.ts") });
 * ```
 */
export async function oneOf(name: string, programs: Programs): Promise<void> {
  const [chosen = ""] = process.argv.splice(2, 1);
  const start = Object.hasOwn(programs, chosen) ? programs[chosen] : undefined;
  if (start !== undefined) {
    await start();
    return;
  }
  const names = Object.keys(programs);
  if (chosen === "--help") {
    endWithReader(name);
    console.log(`Usage: ${name} PROGRAM [OPTION...]\n\nPrograms: ${names.join(", ")}. Each has a --help of its own.`);
    return;
  }
  const mistake = chosen === "" ? "which program?" : `there is no program '${chosen}'`;
  process.exitCode = reportFailure(name, new UsageError(`${mistake} There are ${names.join(", ")}`));
}
