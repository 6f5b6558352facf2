/** When the runtime is told that somebody waits, and that nobody does any more. Time is vitest's, the connection the test's. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { select } from "../dist/index.js";
import { fakeConnection } from "./fake-connection.ts";

/** Longer than a socket may keep the process alive without a reason. */
const A_MOMENT = 100;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("receive() after receive() holds the process without a word to the runtime in between", async () => {
  const { socket, sink, told } = await fakeConnection();
  await using _ = socket;
  for (const byte of [1, 2, 3]) {
    const into = new Uint8Array(1);
    const received = socket.receive(into);
    sink.data(Uint8Array.of(byte), true);
    expect(await received).toBe(1);
    expect(into).toEqual(Uint8Array.of(byte));
  }
  expect(told).toEqual(["ref"]);
});

test("a socket that nobody waits on lets the process end a moment later", async () => {
  const { socket, sink, told } = await fakeConnection();
  await using _ = socket;
  const received = socket.receive(new Uint8Array(1));
  sink.data(Uint8Array.of(1), true);
  await received;
  vi.advanceTimersByTime(A_MOMENT);
  expect(told).toEqual(["ref", "unref"]);
});

test("a call that waits holds the process however long", async () => {
  const { socket, sink, told } = await fakeConnection();
  await using _ = socket;
  const received = socket.receive(new Uint8Array(1));
  sink.data(Uint8Array.of(1), true);
  await received;
  const waiting = socket.receive(new Uint8Array(1));
  vi.advanceTimersByTime(A_MOMENT);
  expect(told).toEqual(["ref"]);
  sink.data(Uint8Array.of(1), true);
  await waiting;
});

test("unref() is told at once, and close() leaves no timer", async () => {
  const { socket, sink, told } = await fakeConnection();
  await using _ = socket;
  const received = socket.receive(new Uint8Array(1));
  sink.data(Uint8Array.of(1), true);
  await received;
  expect(vi.getTimerCount()).toBe(1);
  socket.unref();
  expect(told).toEqual(["ref", "unref"]);
  expect(vi.getTimerCount()).toBe(0);

  socket.ref();
  const next = socket.receive(new Uint8Array(1));
  sink.data(Uint8Array.of(1), true);
  await next;
  expect(vi.getTimerCount()).toBe(1);
  await socket.close();
  expect(vi.getTimerCount()).toBe(0);
});

test("of two sockets that nobody waits on, the end of one leaves the other its moment", async () => {
  const [one, other] = [await fakeConnection(), await fakeConnection()];
  await using _ = other.socket;
  for (const { socket, sink } of [one, other]) {
    const received = socket.receive(new Uint8Array(1));
    sink.data(Uint8Array.of(1), true);
    await received;
  }
  await one.socket.close();
  expect(other.told).toEqual(["ref"]);
  vi.advanceTimersByTime(A_MOMENT);
  expect(other.told).toEqual(["ref", "unref"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a socket that nobody waits on has its moment when no other is waited on", async () => {
  const [one, other] = [await fakeConnection(), await fakeConnection()];
  await using _ = one.socket;
  await using __ = other.socket;
  const waiting = other.socket.receive(new Uint8Array(1));
  for (const byte of [1, 2]) {
    const received = one.socket.receive(new Uint8Array(1));
    one.sink.data(Uint8Array.of(byte), true);
    await received;
  }
  expect(vi.getTimerCount()).toBe(0);
  other.sink.data(Uint8Array.of(1), true);
  await waiting;
  expect([one.told, other.told]).toEqual([["ref"], ["ref"]]);
  vi.advanceTimersByTime(A_MOMENT);
  expect([one.told, other.told]).toEqual([
    ["ref", "unref"],
    ["ref", "unref"],
  ]);
  expect(vi.getTimerCount()).toBe(0);
});

test.each(["close", "unref"] as const)(
  "%s() of the last that is waited on leaves the others their moment",
  async (end) => {
    const [one, other] = [await fakeConnection(), await fakeConnection()];
    await using _ = one.socket;
    await using __ = other.socket;
    const waiting = other.socket.receive(new Uint8Array(1)).catch(({ code }) => code);
    const received = one.socket.receive(new Uint8Array(1));
    one.sink.data(Uint8Array.of(1), true);
    await received;
    expect(vi.getTimerCount()).toBe(0);
    await other.socket[end]();
    expect(one.told).toEqual(["ref"]);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(A_MOMENT);
    expect([one.told, other.told]).toEqual([
      ["ref", "unref"],
      ["ref", "unref"],
    ]);
    await other.socket.close();
    expect(await waiting).toBe("EBADF");
  },
);

test("select() holds the process by another socket when unref() lets go of the one", async () => {
  const [one, other] = [await fakeConnection(), await fakeConnection()];
  await using _ = one.socket;
  await using __ = other.socket;
  const selected = select([one.socket, other.socket]);
  expect([one.told, other.told]).toEqual([["ref"], []]);
  one.socket.unref();
  await vi.advanceTimersByTimeAsync(A_MOMENT);
  expect([one.told, other.told]).toEqual([["ref", "unref"], ["ref"]]);
  one.sink.data(Uint8Array.of(1), true);
  expect(await selected).toBe(1);
});

test("ref() while select() waits holds the process", async () => {
  const { socket, sink, told } = await fakeConnection();
  await using _ = socket;
  socket.unref();
  const selected = select([socket]);
  expect(told).toEqual([]);
  socket.ref();
  await vi.advanceTimersByTimeAsync(A_MOMENT);
  expect(told).toEqual(["ref"]);
  sink.data(Uint8Array.of(1), true);
  expect(await selected).toBe(1);
});

test("close() lets go of the process when the connection is gone", async () => {
  const [open, gone] = [await fakeConnection(), await fakeConnection()];
  gone.sink.closed();
  for (const { socket, told } of [open, gone]) {
    await Promise.all([socket.close(), socket.close()]);
    expect(told).toEqual(["ref", "unref"]);
  }
  expect(vi.getTimerCount()).toBe(0);
});

test("the timer of a call does not hold the process: its socket does", async () => {
  const { socket, told } = await fakeConnection();
  await using _ = socket;
  const timers = vi.spyOn(globalThis, "setTimeout");
  const received = socket.receive(new Uint8Array(1), { timeout: A_MOMENT }).catch(({ code }) => code);
  const timer = timers.mock.results[0]?.value as { hasRef(): boolean };
  expect(timer.hasRef()).toBe(false);
  expect(told).toEqual(["ref"]);
  await vi.advanceTimersByTimeAsync(A_MOMENT);
  expect(await received).toBe("EAGAIN");
});
