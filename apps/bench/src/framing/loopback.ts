import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { driveEcho } from "./echo-client.ts";
import type { Case } from "./rounds.ts";

const PAYLOAD_BYTES = 64;

/** A server in a process of its own, and what its frames look like. */
interface Server {
  readonly way: string;
  readonly port: number;
  readonly frame: Uint8Array;
  stop(): void;
}

export interface Loopback {
  readonly cases: Case[];
  stop(): void;
}

/** Echo servers, each in a process of its own on this runtime, to be driven with `window` frames in flight. */
export async function loopbackCases(ways: readonly string[], window: number, milliseconds: number): Promise<Loopback> {
  const servers: Server[] = [];
  for (const way of ways) servers.push(await startServer(way));
  return {
    cases: servers.map(({ way, port, frame }) => ({
      name: way,
      run: () => driveEcho(port, frame, window, milliseconds),
    })),
    stop: () => {
      for (const server of servers) server.stop();
    },
  };
}

async function startServer(way: string): Promise<Server> {
  const program = fileURLToPath(new URL("./echo-server.ts", import.meta.url));
  const run = "Deno" in globalThis ? ["run", "-A", program] : [program];
  const child = spawn(process.execPath, [...run, way], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Uint8Array];
  const header = way === "length-prefixed-stream" ? [PAYLOAD_BYTES] : [0, 0, 0, PAYLOAD_BYTES];
  const frame = new Uint8Array(header.length + PAYLOAD_BYTES).fill("x".charCodeAt(0));
  frame.set(header);
  return { way, port: Number(new TextDecoder().decode(line)), frame, stop: () => child.kill() };
}
