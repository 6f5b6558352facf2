import type { Connection } from "@omnisock/core";
import { expect, test } from "vitest";
import { socketPair } from "../dist/index.js";
import { codeOf } from "./support.ts";

/** Twelve of them are more than the reactor has read at once. */
const LENGTH = 65_536;
const PAIRS = 12;

test("sockets that are told later, as others had much to read, are served too", async () => {
  const pairs = await Promise.all(Array.from({ length: PAIRS }, () => socketPair()));
  for (let round = 0; round < 3; round++) {
    const receives = pairs.map(([, receiver]) => receiver.receiveExactly(new Uint8Array(LENGTH)));
    for (const [at, [sender]] of pairs.entries()) {
      expect(sender.trySend(new Uint8Array(LENGTH).fill(at))).toBe(LENGTH);
    }
    expect(await Promise.all(receives)).toEqual(pairs.map(() => LENGTH));
  }
  await close(pairs);
});

test("a socket that is closed before it is told is forgotten, and its number told of what has it next", async () => {
  const pairs = await Promise.all(Array.from({ length: PAIRS }, () => socketPair()));
  const [[, first], ...others] = pairs as [[Connection, Connection], ...[Connection, Connection][]];
  const closed = others.map(([, receiver]) => codeOf(() => receiver.receive(new Uint8Array(LENGTH))));
  const served = first.receiveExactly(new Uint8Array(LENGTH)).then(async (count) => {
    for (const [, receiver] of others) void receiver.close();
    const [sender, receiver] = await socketPair();
    const received = receiver.receive(new Uint8Array(8));
    sender.trySend(new Uint8Array([1, 2, 3]));
    expect(await received).toBe(3);
    await close([[sender, receiver]]);
    return count;
  });
  for (const [sender] of pairs) sender.trySend(new Uint8Array(LENGTH));
  expect(await served).toBe(LENGTH);
  for (const code of await Promise.all(closed)) expect(["EBADF", "nothing thrown"]).toContain(code);
  await close(pairs);
});

async function close(pairs: readonly (readonly Connection[])[]): Promise<void> {
  for (const socket of pairs.flat()) await socket.close();
}
