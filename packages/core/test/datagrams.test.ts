/** What core makes of what a runtime tells of datagrams, and of when it tells it: the runtime is the test's. */
import { expect, test } from "vitest";
import {
  type Adapter,
  AddressFamily,
  type DatagramHandle,
  type DatagramSink,
  type DatagramSocket,
  InternetAddress,
  SocketType,
  select,
  socketClass,
} from "../dist/index.js";

/** All runtimes have it, the types of none are here. */
const { setImmediate } = globalThis as unknown as { setImmediate(run: () => void): void };

const at = new InternetAddress("192.0.2.1", 7);
const from = new InternetAddress("192.0.2.2", 7);
const datagram = (number: number): { bytes: Uint8Array; to: InternetAddress } => ({
  bytes: Uint8Array.of(number),
  to: from,
});

/** A runtime that takes a datagram and is done with it when `sent()` says so. */
class Runtime implements DatagramHandle {
  readonly local = at;
  draining = false;
  isReading = false;
  taken: number[] = [];
  sink!: DatagramSink;

  static async bound(): Promise<{ runtime: Runtime; socket: DatagramSocket }> {
    const runtime = new Runtime();
    const adapter = {
      supports: new Set(["datagrams"]),
      interfaces: () => [],
      async bind(_: unknown, bound: (handle: DatagramHandle) => DatagramSink) {
        runtime.sink = bound(runtime);
      },
    } as unknown as Adapter;
    const socket = new (socketClass(adapter))(AddressFamily.INET, SocketType.DGRAM);
    await socket.bind(at);
    return { runtime, socket };
  }

  send(bytes: Uint8Array): boolean {
    if (this.draining) return false;
    this.draining = true;
    this.taken.push(bytes[0] ?? -1);
    return true;
  }

  sent(cause?: Error): void {
    this.draining = false;
    this.sink.writable(cause);
  }

  arrive(number: number): void {
    this.sink.datagram(Uint8Array.of(number), true, from, false);
  }

  async connect(): Promise<void> {}
  setOption(): void {}
  ref(): void {}
  unref(): void {}

  resume(): void {
    this.isReading = true;
  }

  pause(): void {
    this.isReading = false;
  }

  close(): void {
    this.sink.closed();
  }
}

test("receiveMany() does not wait for the end of a turn that does not end", async () => {
  const { runtime, socket } = await Runtime.bound();
  let hasEnded = false;
  setImmediate(() => {
    hasEnded = true;
  });
  const many = socket.receiveMany();
  let isReceived = false;
  void many.then(() => {
    isReceived = true;
  });
  for (let number = 0; !isReceived && number < 1000; number++) {
    runtime.arrive(number % 256);
    await undefined;
  }
  expect(hasEnded).toBe(false);
  const received = await many;
  expect(received.length).toBeGreaterThanOrEqual(64);
  expect(received.map(({ bytes }) => bytes[0])).toEqual(received.map((_, index) => index % 256));
  await socket.close();
});

test("receiveMany() of at most one does not wait for the end of the turn", async () => {
  const { runtime, socket } = await Runtime.bound();
  let hasEnded = false;
  const one = socket.receiveMany(1);
  setImmediate(() => {
    hasEnded = true;
  });
  runtime.arrive(1);
  expect(await one).toHaveLength(1);
  expect(hasEnded).toBe(false);
  await socket.close();
});

test("a runtime is told to stop reading when nobody waits, and select() has it go on", async () => {
  const { runtime, socket } = await Runtime.bound();
  const into = new Uint8Array(1);
  const received = socket.receive(into);
  expect(runtime.isReading).toBe(true);
  const selected = select([socket]);
  runtime.arrive(1);
  expect(await received).toBe(1);
  expect(runtime.isReading).toBe(true);
  runtime.arrive(2);
  expect(runtime.isReading).toBe(false);
  expect(await selected).toBe(1);
  expect(socket.tryReceive(into)).toBe(1);
  expect(into[0]).toBe(2);

  const last = socket.receive(into);
  runtime.arrive(3);
  expect(await last).toBe(1);
  expect(runtime.isReading).toBe(false);
  await socket.close();
});

test("sendMany() gives the runtime one datagram after the other, and resolves when it is done with the last", async () => {
  const { runtime, socket } = await Runtime.bound();
  let isDone = false;
  const sending = socket.sendMany([1, 2, 3].map(datagram)).finally(() => {
    isDone = true;
  });
  const next = socket.sendTo(Uint8Array.of(4), from);
  for (const taken of [[1], [1, 2], [1, 2, 3]]) {
    await Promise.resolve();
    expect(runtime.taken).toEqual(taken);
    expect(isDone).toBe(false);
    runtime.sent();
  }
  expect(await sending).toBe(3);
  expect(runtime.taken).toEqual([1, 2, 3, 4]);
  runtime.sent();
  expect(await next).toBe(1);
  await socket.close();
});

test("sendMany() stops at the datagram that the runtime could not send, and says how many went before", async () => {
  const { runtime, socket } = await Runtime.bound();
  const sending = socket.sendMany([1, 2, 3].map(datagram));
  await Promise.resolve();
  runtime.sent();
  runtime.sent(Object.assign(new Error("not permitted"), { code: "EPERM" }));
  expect(await sending).toBe(1);
  expect(runtime.taken).toEqual([1, 2]);

  const refused = socket.sendMany([5, 6].map(datagram));
  await Promise.resolve();
  runtime.sent(Object.assign(new Error("not permitted"), { code: "EPERM" }));
  await expect(refused).rejects.toMatchObject({ code: "EPERM", syscall: "send", port: 7 });
  expect(runtime.taken).toEqual([1, 2, 5]);
  await socket.close();
});

test("sendMany() whose time is up says how many the runtime has taken, and none is sent later", async () => {
  const { runtime, socket } = await Runtime.bound();
  expect(await socket.sendMany([1, 2, 3].map(datagram), { timeout: 5 })).toBe(1);
  expect(await socket.sendMany([4].map(datagram), { timeout: 0 }).catch(({ code }) => code)).toBe("EAGAIN");
  runtime.sent();
  expect(runtime.taken).toEqual([1]);
  await socket.close();
});

test("datagrams whose buffers are transferred while they wait are not sent, and the one behind them is", async () => {
  const { runtime, socket } = await Runtime.bound();
  const gone = [datagram(2), datagram(3), datagram(4)] as const;
  const first = socket.sendTo(Uint8Array.of(1), from);
  const single = socket.sendTo(gone[0].bytes, from).catch((error: Error) => error);
  const several = socket.sendMany([gone[1], datagram(9)]).catch((error: Error) => error);
  const part = socket.sendMany([datagram(5), gone[2], datagram(9)]);
  const behind = socket.sendTo(Uint8Array.of(6), from);
  for (const { bytes } of gone) (bytes.buffer as ArrayBuffer & { transfer(): ArrayBuffer }).transfer();
  runtime.sent();
  expect(await first).toBe(1);
  expect(await single).toBeInstanceOf(TypeError);
  expect(await several).toBeInstanceOf(TypeError);
  runtime.sent();
  expect(await part).toBe(1);
  runtime.sent();
  expect(await behind).toBe(1);
  expect(runtime.taken).toEqual([1, 5, 6]);
});
