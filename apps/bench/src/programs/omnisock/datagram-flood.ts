/** Counts the datagrams that come, `many` in a call or `one by one`. */
import process from "node:process";
import type { Address, DatagramSocket } from "omnisock";
import { Counts, DATA } from "../shared/datagrams.ts";
import { bound } from "./datagrams.ts";

const BUFFER_BYTES = 65_536;

const counts = new Counts();
const socket = await bound();
await (process.argv[3] === "one by one" ? oneByOne(socket) : many(socket));

async function many(socket: DatagramSocket): Promise<void> {
  for (;;) for (const { bytes, from } of await socket.receiveMany()) void take(bytes, from);
}

async function oneByOne(socket: DatagramSocket): Promise<void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (;;) {
    const { byteLength, from } = await socket.receiveFrom(buffer);
    const answer = take(buffer.subarray(0, byteLength), from);
    if (answer !== undefined) await answer;
  }
}

/** Only a question takes an answer. */
function take(bytes: Uint8Array, from: Address): Promise<number> | undefined {
  const kind = counts.take(bytes);
  return kind === DATA ? undefined : socket.sendTo(counts.answer(kind), from);
}
