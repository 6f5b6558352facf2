/**
 * A program that obeys: a command a line on standard input, an answer a line on standard output. See `foreign/protocol.md`.
 *
 * One source for every runtime. The argument is the module to import `Socket` from; default: `omnisock`, which has the
 * adapter of the runtime at hand. Nothing ends this program but the end of its input, and then nothing must hold it.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import type { SocketConstructor } from "@omnisock/core";
import { Driver } from "./driver.ts";

const { Socket } = (await import(process.argv[2] ?? "omnisock")) as { Socket: SocketConstructor };
const driver = new Driver(Socket);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await driver.obey(line)}\n`);
}
