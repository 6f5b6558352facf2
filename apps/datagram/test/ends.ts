/** Our programs, and what stands at the other end. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Programs, programsOf, type Running, type RuntimeName } from "@omnisock/apps-common/testing";
import { onTestFinished } from "vitest";

const programs: Programs = programsOf(import.meta.url);
export const run: Programs["run"] = programs.run;
export const start: Programs["start"] = programs.start;

/** Starts a program of ours that receives, on a port of the system's choice, and waits until it does. */
export async function startReceiving(
  runtime: RuntimeName,
  program: string,
  args: readonly string[] = [],
): Promise<{ running: Running; port: string; waits: string }> {
  const running = start(runtime, program, ["--port", "0", ...args]);
  const [waits, port = ""] = await running.match(/^(?:Waiting for data|UDP Server is listening) on .+:(\d+)$/);
  return { running, port, waits };
}

/** A port where nobody receives: a socket that hears itself alone has it until the test has finished. */
export async function deafPort(): Promise<string> {
  const { socket, port } = await udp();
  socket.connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  return port;
}

/** A UDP socket of the test's own, without omnisock. */
export async function udp(
  received: (data: Buffer, from: { port: number; address: string }) => void = () => {},
): Promise<{ socket: Socket; port: string }> {
  const socket = createSocket("udp4", received);
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return { socket, port: String(socket.address().port) };
}
