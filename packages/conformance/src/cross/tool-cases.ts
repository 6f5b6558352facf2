import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { equal, equalBytes } from "../expect.ts";
import { Directory } from "../files.ts";
import { pattern } from "../traffic.ts";
import { PeerProcess } from "./peer-process.ts";
import type { Peer } from "./peers.ts";

/** A behaviour that must hold towards a program that everybody has. */
export interface ToolCase {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** The program's name. */
  readonly tool: string;
  /** Where the driver listens; the directory is the case's own. */
  readonly at: (directory: Directory) => string;
  /** How the program is told to connect there, to send its input, and to print what comes back. */
  readonly args: (address: string) => readonly string[];
}

const LIMIT = 30_000;
const BYTES = 1 << 20;

export const toolCases: readonly ToolCase[] = [
  {
    id: "cross-nc",
    title: "an echo gives nc back the 1 MiB that it sent, after its half-close too",
    source: "nc(1); behaviours 1, 23, 24",
    tool: "nc",
    at: () => "127.0.0.1:0",
    args: (address) => ["-N", ...address.split(":")],
  },
  {
    id: "cross-socat",
    title: "an echo gives socat back the 1 MiB that it sent over a Unix socket, after its half-close too",
    source: "socat(1); behaviours 1, 23, 24",
    tool: "socat",
    at: (directory) => `unix:${directory.path("socket")}`,
    args: (address) => ["-t", "30", "-", address.replace("unix:", "UNIX-CONNECT:")],
  },
];

/**
 * Runs a case with a driver that serves, and the program at the path `command`.
 *
 * @throws What was seen instead of the behaviour; an Error when it did not end in time.
 */
export async function runToolCase({ id, at, args }: ToolCase, server: Peer, command: string): Promise<void> {
  const directory = await Directory.make();
  const driver = new PeerProcess(server);
  let tool: ChildProcessWithoutNullStreams | undefined;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    driver.kill();
    tool?.kill("SIGKILL");
  }, LIMIT);
  try {
    const address = await driver.ask(`listen ${at(directory)}`);
    const accepting = driver.ask("accept");
    tool = spawn(command, args(address));
    const closed = once(tool, "close");
    const sent = pattern(BYTES);
    const received = new Uint8Array(2 * BYTES);
    let byteLength = 0;
    tool.stdin.on("error", () => {});
    tool.stdout.on("data", (bytes: Uint8Array) => {
      received.set(bytes.subarray(0, received.byteLength - byteLength), byteLength);
      byteLength += bytes.byteLength;
    });
    tool.stdin.end(sent);
    await accepting;
    await driver.ask("echo");
    await driver.ask("close");
    const [status] = await closed;
    equalBytes(received.subarray(0, byteLength), sent, "what came back");
    equal(status, 0, "the program's exit status");
    await driver.ask("clear");
    await driver.end();
  } catch (error) {
    throw isLate ? new Error(`${id} did not end within ${LIMIT} ms`, { cause: error }) : error;
  } finally {
    clearTimeout(timer);
    tool?.kill("SIGKILL");
    driver.kill();
    await directory.close();
  }
}
