/** The programs, as their tests start them. */
import { type Programs, programsOf, type Running, type RuntimeName } from "@omnisock/apps-common/testing";
import type { Framing } from "../src/framings.ts";

const programs: Programs = programsOf(import.meta.url);
export const run: Programs["run"] = programs.run;
export const start: Programs["start"] = programs.start;

export const SERVERS = ["hello-server", "server", "tcp-server", "messages-server", "page-server"] as const;
export const CLIENTS = ["hello-client", "client", "tcp-client", "messages-client", "page-client"] as const;

/** Starts a server on a port of the system's choice, and waits until it listens. */
export async function listening(
  runtime: RuntimeName,
  program: string,
  args: readonly string[] = [],
): Promise<{ running: Running; port: string }> {
  const running = start(runtime, program, ["--port", "0", ...args]);
  const [, port = ""] = await running.match(/^(?:Server is )?listening on .+:(\d+)$/);
  return { running, port };
}

/** What two messages are on the wire, in each framing, and what the answers are. */
export const WIRE: readonly { framing: Framing; one: string; two: string }[] = [
  { framing: "fixed", one: "hello".padEnd(32), two: "good bye".padEnd(32) },
  { framing: "delimited", one: "hello\n", two: "good bye\n" },
  { framing: "length", one: "00005hello", two: "00008good bye" },
  { framing: "type", one: "Shello   ", two: "Sgood bye" },
];
