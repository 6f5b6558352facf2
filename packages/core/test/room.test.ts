/** Where an adapter that reads without waiting may put what it reads: the buffer of the call that waits. */
import { expect, test } from "vitest";
import { SO_RCVTIMEO } from "../dist/index.js";
import { fakeConnection } from "./fake-connection.ts";

/** Long enough to be read into. */
const LONG = 4096;

test("room() is the buffer of the first call that waits, and filled() settles that", async () => {
  const { socket, sink } = await fakeConnection();
  await using _ = socket;
  const [first, second] = [new Uint8Array(LONG), new Uint8Array(LONG)];
  const calls = [socket.receive(first), socket.receive(second)];
  expect(sink.room()).toBe(first);
  first.set([1, 2, 3]);
  sink.filled(3);
  expect(await calls[0]).toBe(3);
  expect(sink.room()).toBe(second);
  sink.data(Uint8Array.of(4), false);
  expect(await calls[1]).toBe(1);
  expect(second[0]).toBe(4);
  expect(sink.room(), "nobody waits").toBeUndefined();
});

test("room() is none of a short buffer, nor of a call that wants the bytes themselves", async () => {
  const { socket, sink } = await fakeConnection();
  await using _ = socket;
  const short = socket.receive(new Uint8Array(LONG - 1));
  expect(sink.room()).toBeUndefined();
  sink.data(Uint8Array.of(1), false);
  expect(await short).toBe(1);
  const chunk = socket[Symbol.asyncIterator]().next();
  expect(sink.room()).toBeUndefined();
  sink.data(Uint8Array.of(2), false);
  expect((await chunk).value).toEqual(Uint8Array.of(2));
});

test("receiveExactly() has room for what it still lacks, until it is full", async () => {
  const { socket, sink } = await fakeConnection();
  await using _ = socket;
  const into = new Uint8Array(LONG + 3);
  const call = socket.receiveExactly(into);
  expect(sink.room()).toHaveLength(LONG + 3);
  sink.room()?.set([1, 2, 3]);
  sink.filled(3);
  const room = sink.room();
  expect(room).toHaveLength(LONG);
  room?.fill(4);
  sink.filled(LONG);
  expect(await call).toBe(LONG + 3);
  expect([...into.subarray(0, 4), into.at(-1)]).toEqual([1, 2, 3, 4, 4]);
});

test("receiveExactly() has no room in what its buffer has grown by", async () => {
  const { socket, sink } = await fakeConnection();
  await using _ = socket;
  const memory = new ArrayBuffer(LONG, { maxByteLength: 2 * LONG });
  const call = socket.receiveExactly(new Uint8Array(memory));
  memory.resize(2 * LONG);
  expect(sink.room()).toHaveLength(LONG);
  sink.filled(LONG);
  expect(await call).toBe(LONG);
});

test("receiveExactly() whose time is up gives back what was put in its room", async () => {
  const { socket, sink } = await fakeConnection();
  await using _ = socket;
  const end = new AbortController();
  const call = socket.receiveExactly(new Uint8Array(LONG), { signal: end.signal });
  sink.room()?.set([1, 2, 3]);
  sink.filled(3);
  end.abort(new Error("enough"));
  await expect(call).rejects.toThrow("enough");
  const into = new Uint8Array(LONG);
  expect(socket.tryReceive(into)).toBe(3);
  expect(into.subarray(0, 3)).toEqual(Uint8Array.of(1, 2, 3));
});

test("room() is none of a buffer that is not there any more, whose call then fails", async () => {
  const { socket, sink } = await fakeConnection();
  await using _ = socket;
  for (const receive of [socket.receive, socket.receiveExactly]) {
    const into = new Uint8Array(LONG);
    const call = receive.call(socket, into);
    into.buffer.transfer();
    expect(sink.room()).toBeUndefined();
    sink.data(Uint8Array.of(7), false);
    await expect(call).rejects.toThrow(TypeError);
    expect(socket.tryReceive(new Uint8Array(1)), "kept for the next call").toBe(1);
  }
});

test("receiveExactly() whose buffer is transferred after the first bytes does not say that they are there", async () => {
  for (const end of ["end", "closed"] as const) {
    const { socket, sink } = await fakeConnection();
    const into = new Uint8Array(2);
    const received = socket.receiveExactly(into).catch((error: unknown) => error);
    sink.data(Uint8Array.of(7), false);
    into.buffer.transfer();
    sink[end]();
    expect(await received).toBeInstanceOf(TypeError);
    expect(socket.tryReceive(new Uint8Array(1))).toBe(0);
  }
});

test("room() is none once the time of the call is up", async () => {
  const { socket, sink } = await fakeConnection();
  await using _ = socket;
  socket.setOption(SO_RCVTIMEO, 1);
  await expect(socket.receive(new Uint8Array(LONG))).rejects.toMatchObject({ code: "EAGAIN" });
  expect(sink.room()).toBeUndefined();
});
