/** The echo programs, as their tests run them. */
import { type Programs, programsOf, type Running, type RuntimeName } from "@omnisock/apps-common/testing";

const programs: Programs = programsOf(import.meta.url);
export const run: Programs["run"] = programs.run;
export const start: Programs["start"] = programs.start;

export interface Server {
  readonly running: Running;
  readonly host: string;
  readonly port: number;
}

/** Starts the server and waits until it listens, on a port of the system's choice. */
export async function startServer(runtime: RuntimeName, args: readonly string[] = []): Promise<Server> {
  const running = start(runtime, "server", ["--port", "0", ...args]);
  const [, host = "", port] = await running.match(/^listening on \[?(.+?)\]?:(\d+)$/);
  return { running, host, port: Number(port) };
}
