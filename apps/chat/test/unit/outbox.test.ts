import { type Socket, SocketSet, select, socketPair, WOULD_BLOCK } from "omnisock";
import { describe, expect, test } from "vitest";
import { Allowance } from "../../src/allowance.ts";
import { Outbox } from "../../src/outbox.ts";

describe("Outbox", () => {
  test("sends all in order to a peer that reads in its own time", async () => {
    const [here, there] = await socketPair();
    await using sender = here;
    await using receiver = there;
    const outbox = new Outbox();
    const messages = Array.from({ length: 400 }, (_, at) => new Uint8Array(5000).fill(at % 251));
    for (const message of messages) outbox.add(message);
    expect(outbox.byteLength).toBe(2_000_000);
    outbox.sendTo(sender);
    expect(outbox.byteLength).toBeGreaterThan(0);

    const readable = new SocketSet([receiver]);
    const writable = new SocketSet([sender]);
    const buffer = new Uint8Array(70_000);
    let at = 0;
    while (at < 2_000_000) {
      await select(readable, writable);
      if (writable.isSet(sender)) outbox.sendTo(sender);
      if (outbox.byteLength === 0) writable.remove(sender);
      const count = readable.isSet(receiver) ? receiver.tryReceive(buffer) : WOULD_BLOCK;
      for (let i = 0; i < count; i++, at++) {
        if (buffer[i] !== Math.floor(at / 5000) % 251) throw new Error(`byte ${at} is another`);
      }
    }
    expect(outbox.byteLength).toBe(0);
  });

  test("drops what waits, but finishes what it has begun", () => {
    const taken: number[] = [];
    let room = 7;
    // As much of a socket as an outbox needs.
    const socket = {
      trySend(bytes: Uint8Array): number {
        const count = Math.min(room, bytes.length);
        taken.push(...bytes.subarray(0, count));
        room -= count;
        return count > 0 ? count : WOULD_BLOCK;
      },
    } as Socket;
    const outbox = new Outbox();
    for (const value of [1, 2, 3]) outbox.add(new Uint8Array(5).fill(value));
    outbox.sendTo(socket);
    outbox.dropWaiting();
    expect(outbox.byteLength).toBe(3);
    outbox.add(new Uint8Array([9]));
    room = 100;
    outbox.sendTo(socket);
    expect(taken.join("")).toBe("11111222229");
    expect(outbox.byteLength).toBe(0);
  });
});

describe("Allowance", () => {
  const line = new Uint8Array(100).fill(0x78);

  test("lets a burst pass, then asks to wait for as long as it takes", () => {
    const allowance = new Allowance(100, 0);
    for (let at = 0; at < 4; at++) expect(allowance.spend(line, 0)).toBe(0);
    expect(allowance.spend(line, 0)).toBe(1000);
    expect(allowance.spend(new Uint8Array(0), 1000)).toBe(0);
    expect(allowance.spend(line, 60_000)).toBe(0);
  });

  test("counts short lines for more than their bytes", () => {
    expect(new Allowance(100, 0).spend(new Uint8Array(20).fill(0x0a), 0)).toBe(2600);
  });
});
