/** Descriptors on their way: passed, cut, dropped, adopted and detached in any order are closed, and none that is somebody else's. */
import { closeSync, fstatSync, openSync, readdirSync } from "node:fs";
import { SocketType } from "@omnisock/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DatagramBatch, MSG_DONTWAIT, MSG_PEEK, Socket, socketPair } from "../../dist/sync/index.js";
import { system } from "../../dist/system.js";

const MARK = "/dev/full";
const { rdev } = (() => {
  const fd = openSync(MARK, "w");
  try {
    return fstatSync(fd);
  } finally {
    closeSync(fd);
  }
})();

/** How many descriptors of the marked file are open. */
function marked(): number {
  let count = 0;
  for (const name of readdirSync("/proc/self/fd")) {
    try {
      if (fstatSync(Number(name)).rdev === rdev) count++;
    } catch {
      // Its own, of the folder.
    }
  }
  return count;
}

const step = fc.record({
  end: fc.nat(1),
  action: fc.constantFrom("send", "message", "many", "receive", "batch", "copies", "peek", "take", "move", "pass"),
  count: fc.constantFrom(0, 1, 2, 63, 64, 65, 66, 252, 253),
  length: fc.constantFrom(0, 1, 7, 3000),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error;
    return undefined;
  }
}

/** Does one thing with one end; what it was given is closed, which must be open. */
function act(ends: Socket[], batch: DatagramBatch, fd: number, { end, action, count, length }: Step): void {
  const socket = ends[end] as Socket;
  const bytes = new Uint8Array(length);
  const peeking = action === "peek" ? MSG_PEEK : 0;
  if (action === "send") attempt(() => socket.trySend(bytes));
  if (action === "many") attempt(() => socket.sendMany([{ bytes }, { bytes }, { bytes }], MSG_DONTWAIT));
  if (action === "receive") attempt(() => socket.tryReceive(bytes));
  if (action === "batch") attempt(() => socket.receiveBatch(batch, MSG_DONTWAIT) && [...batch]);
  if (action === "copies") attempt(() => socket.receiveMany(1 + count, MSG_DONTWAIT));
  if (action === "move") ends[end] = Socket.adopt(socket.detach());
  if (action === "message" || action === "pass") {
    const descriptors = new Array<number>(count).fill(action === "pass" ? socket.fd : fd);
    attempt(() => socket.sendMessage({ bytes, descriptors }, MSG_DONTWAIT));
  }
  if (action === "take" || action === "peek") {
    const received = attempt(() => socket.receiveMessage(bytes, count, MSG_DONTWAIT | peeking));
    expect(received?.descriptors.length ?? 0).toBeLessThanOrEqual(count);
    for (const one of received?.descriptors ?? []) expect(system().libc.close(one)).toBe(0);
  }
}

test.each(Object.values(SocketType))("of %s, none is left, and none is closed that is not theirs", (type) => {
  const batch = new DatagramBatch({ datagrams: 3, bytes: 8 });
  const fd = openSync(MARK, "w");
  const before = marked();
  const property = fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
    const ends = socketPair(type);
    const numbers = ends.map((socket) => socket.fd);
    for (const one of steps) act(ends, batch, fd, one);
    expect(ends.map((socket) => socket.fd)).toEqual(numbers);
    for (const socket of ends) socket.close();
    expect(marked()).toBe(before);
  });
  fc.assert(property, { numRuns: 200 });
  closeSync(fd);
});
