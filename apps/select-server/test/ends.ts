/** The servers, as their tests start them. */
import { type Programs, programsOf, type Running, type RuntimeName } from "@omnisock/apps-common/testing";

const programs: Programs = programsOf(import.meta.url);
export const run: Programs["run"] = programs.run;
export const start: Programs["start"] = programs.start;

/** Starts a server on a port of the system's choice, and waits until it listens. */
export async function listening(
  runtime: RuntimeName,
  program: string,
  args: readonly string[] = [],
): Promise<{ running: Running; port: string }> {
  const running = start(runtime, program, ["--port", "0", ...args]);
  const [, port = ""] = await running.match(/^listening on .+:(\d+)$/);
  return { running, port };
}
