/** The conformance suite, after the programs: the matrix, and a report as a page. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Runtime } from "./runtimes.ts";

const COMMAND = fileURLToPath(
  new URL("dist/command/main.js", import.meta.resolve("@omnisock/conformance/package.json")),
);
/** Relative to where npm was started. */
const REPORT = join("reports", "conformance.html");

/** Runs the suite on these runtimes, and shows its own progress and results. Returns whether nothing failed. */
export async function runConformance(runtimes: readonly Runtime[], interrupted: AbortSignal): Promise<boolean> {
  console.log("\nThe conformance suite: each adapter, held to every behaviour\n");
  const chosen = runtimes.flatMap(({ name }) => ["--runtime", name]);
  const folders = runtimes.map(({ command }) => dirname(command));
  const child = spawn(process.execPath, [COMMAND, ...chosen, "--html", REPORT], {
    stdio: "inherit",
    env: { ...process.env, PATH: [...folders, process.env["PATH"]].join(delimiter) },
  });
  // On a terminal, Ctrl-C has reached it already; it ends its own children.
  const stop = (): void => void child.kill("SIGTERM");
  interrupted.addEventListener("abort", stop, { once: true });
  const [status] = (await once(child, "exit")) as [number | null];
  interrupted.removeEventListener("abort", stop);
  return status === 0;
}
