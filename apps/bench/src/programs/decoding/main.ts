/**
 * Runs the case that its argument names, for as many seconds as each line on standard input says, and answers with how many
 * operations it did, in how many seconds, and of them on the processor. The first line also compiles it.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { announce } from "../shared/server.ts";
import { decodingCases } from "./frames.ts";
import { growingCases } from "./growing.ts";
import { splittingCases } from "./lines.ts";

const cases = [...decodingCases(), ...splittingCases(), ...growingCases()];
const [name = ""] = process.argv.slice(2);
const wanted = cases.find((one) => one.name === name);
if (wanted === undefined) throw new Error(`'${name}' is none of ${cases.map((one) => one.name).join(", ")}`);

announce(0);
for await (const line of createInterface({ input: process.stdin })) {
  const milliseconds = Number(line) * 1e3;
  const cpu = process.cpuUsage();
  const began = performance.now();
  let operations = 0;
  while (performance.now() - began < milliseconds) operations += await wanted.run();
  const seconds = (performance.now() - began) / 1e3;
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ operations, seconds, cpu: (user + system) / 1e6 }));
}
