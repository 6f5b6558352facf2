/** What framing costs, beside its peers and beside the runtime's own sockets: `npm run framing`, on this runtime. */
import process from "node:process";
import { decodingCases } from "./decoding.ts";
import { growingCases } from "./growing.ts";
import { loopbackCases } from "./loopback.ts";
import { type Bar, report } from "./report.ts";
import { type Case, measure } from "./rounds.ts";
import { splittingCases } from "./splitting.ts";

const ROUNDS = 9;
const MILLISECONDS = 200;
const MANY = 1000;

const runtime = "Bun" in globalThis ? "bun" : "Deno" in globalThis ? "deno" : "node";
/** What each runtime is held to. */
const bars = {
  node: { decode: 3, batches: 25, awaited: 15 },
  bun: { decode: 1.5, batches: 25, awaited: 18 },
  deno: { decode: 2.5, batches: 25, awaited: 10 },
}[runtime];
const peers = ["bl", "length-prefixed-stream", "it-length-prefixed"];
const inBatches = "framed, in batches";
const awaited = "framed, each send awaited";

let areMet = true;
async function compare(title: string, cases: readonly Case[], asked: readonly Bar[]): Promise<void> {
  areMet = report(title, await measure(cases, ROUNDS), asked) && areMet;
}

async function compareLoopback(window: number, ways: readonly string[], asked: readonly Bar[]): Promise<void> {
  const { cases, stop } = await loopbackCases(ways, window, MILLISECONDS);
  await compare(`loopback, ${window} of 64 bytes in flight, each`, cases, asked);
  stop();
}

console.log(`Framing on ${runtime}: nanoseconds an operation, median (quartiles) of ${ROUNDS} interleaved rounds.`);
await compare("frames of 64 bytes, each", decodingCases(8), [
  { of: "frames as views", beside: peers, atLeast: bars.decode },
  { of: "visit by offset", beside: peers, atLeast: 8 },
]);
await compare("lines of 80 bytes, each", splittingCases(8), [{ of: "lines", beside: ["split2"], atLeast: 1.5 }]);
await compare("a frame of 16 MiB in chunks of 1 KiB", growingCases(), [
  { of: "decode 16 MiB", beside: ["copy 16 MiB"], atLeast: 0.5 },
]);
await compareLoopback(
  MANY,
  ["native", inBatches, awaited, "framed, all awaited", "unframed", "length-prefixed-stream"],
  [
    { of: inBatches, beside: ["native"], atLeast: bars.batches },
    { of: awaited, beside: ["native"], atLeast: bars.awaited },
  ],
);
await compareLoopback(1, ["native", awaited], [{ of: awaited, beside: ["native"], atLeast: 1 }]);
if (!areMet) process.exitCode = 1;
