/** When the runtime is told that somebody waits, and that nobody does any more. Time is vitest's, the connection the test's. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  type Adapter,
  AddressFamily,
  type Connection,
  InternetAddress,
  SocketType,
  type StreamHandle,
  type StreamSink,
  socketClass,
} from "../dist/index.js";

const at = new InternetAddress("192.0.2.1", 7);
/** Longer than a socket may keep the process alive without a reason. */
const A_MOMENT = 100;

let told: ("ref" | "unref")[] = [];
let sink: StreamSink;

const handle: StreamHandle = {
  local: at,
  remote: at,
  draining: false,
  write: (bytes) => bytes.byteLength,
  shutdown() {},
  resume() {},
  pause() {},
  close: () => sink.closed(),
  reset: () => sink.closed(),
  setOption() {},
  ref: () => void told.push("ref"),
  unref: () => void told.push("unref"),
};

const adapter = {
  supports: new Set(),
  async connect(_: unknown, connected: (handle: StreamHandle) => StreamSink) {
    sink = connected(handle);
  },
} as unknown as Adapter;

async function connection(): Promise<Connection> {
  return new (socketClass(adapter))(AddressFamily.INET, SocketType.STREAM).connect(at);
}

beforeEach(() => {
  told = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("receive() after receive() holds the process without a word to the runtime in between", async () => {
  await using socket = await connection();
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
  await using socket = await connection();
  const received = socket.receive(new Uint8Array(1));
  sink.data(Uint8Array.of(1), true);
  await received;
  vi.advanceTimersByTime(A_MOMENT);
  expect(told).toEqual(["ref", "unref"]);
});

test("a call that waits holds the process however long", async () => {
  await using socket = await connection();
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
  await using socket = await connection();
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
