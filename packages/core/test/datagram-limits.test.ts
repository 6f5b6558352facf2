/** What is left of a timeout when a datagram socket has looked up a name and bound itself. Time is vitest's. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  type Adapter,
  AddressFamily,
  type DatagramHandle,
  type DatagramSink,
  type DatagramSocket,
  InternetAddress,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SocketType,
  socketClass,
} from "../dist/index.js";

const at = new InternetAddress("192.0.2.1", 7);
const named = new InternetAddress("host.example", 7);

const after = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A socket of a runtime that takes 100 ms to find a name, as many to bind, and never takes a datagram. */
function slowSocket(): DatagramSocket {
  const handle: DatagramHandle = {
    local: at,
    draining: false,
    send: () => false,
    async connect() {},
    resume() {},
    pause() {},
    close() {},
    setOption() {},
    ref() {},
    unref() {},
  };
  const adapter = {
    supports: new Set(["datagrams"]),
    interfaces: () => [],
    async resolve() {
      await after(100);
      return ["192.0.2.2"];
    },
    async bind(_: unknown, bound: (handle: DatagramHandle) => DatagramSink) {
      await after(100);
      bound(handle);
    },
  } as unknown as Adapter;
  return new (socketClass(adapter))(AddressFamily.INET, SocketType.DGRAM);
}

/** After how many milliseconds a call ends with `EAGAIN`. */
async function endOf(call: Promise<unknown>): Promise<number> {
  const started = performance.now();
  const ended = call.then(
    () => "no error",
    ({ code }) => [code, performance.now() - started],
  );
  await vi.advanceTimersByTimeAsync(1000);
  const [code, milliseconds] = (await ended) as [string, number];
  expect(code).toBe("EAGAIN");
  return milliseconds;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("a timeout counts the time that a datagram socket takes to find a name and to bind itself, once", async () => {
  const timeout = 300;
  const bytes = new Uint8Array(1);
  expect(await endOf(slowSocket().sendTo(bytes, named, { timeout }))).toBe(timeout);
  expect(await endOf(slowSocket().sendMany([{ bytes, to: named }], { timeout }))).toBe(timeout);
  expect(await endOf(slowSocket().receiveFrom(bytes, { timeout }))).toBe(timeout);
  expect(await endOf(slowSocket().receiveMany(1, { timeout }))).toBe(timeout);
});

test("and so does SO_RCVTIMEO, and SO_SNDTIMEO", async () => {
  const socket = slowSocket();
  socket.setOption(SO_RCVTIMEO, 300);
  expect(await endOf(socket.receive(new Uint8Array(1)))).toBe(300);
  socket.setOption(SO_SNDTIMEO, 300);
  expect(await endOf(socket.sendTo(new Uint8Array(1), named))).toBe(300);
});
