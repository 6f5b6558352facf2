/** What core makes of what a runtime tells of datagrams, and of when it tells it: the runtime is the test's. */
import { expect, test } from "vitest";
import {
  type Adapter,
  AddressFamily,
  type DatagramHandle,
  type DatagramSink,
  type DatagramSocket,
  InternetAddress,
  SO_ERROR,
  SocketType,
  select,
  socketClass,
  WOULD_BLOCK,
} from "../dist/index.js";

/** All runtimes have it, the types of none are here. */
const { setImmediate, Buffer } = globalThis as unknown as {
  setImmediate(run: () => void): void;
  Buffer: { from(bytes: readonly number[]): Uint8Array };
};

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

  arrive(number: number, sender: InternetAddress = from): void {
    this.sink.datagram(Uint8Array.of(number), true, sender, false);
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

test("a connected socket receives from its latest peer alone, also of what waited", async () => {
  const { runtime, socket } = await Runtime.bound();
  const stranger = new InternetAddress("192.0.2.3", 7);
  const into = new Uint8Array(1);
  runtime.arrive(1, stranger);
  runtime.arrive(2);
  await socket.connect(from);
  runtime.arrive(3, stranger);
  runtime.arrive(4);
  expect(await socket.receive(into)).toBe(1);
  expect(into[0]).toBe(2);
  await socket.connect(stranger);
  expect(socket.tryReceive(into)).toBe(WOULD_BLOCK);
  runtime.arrive(5, stranger);
  expect((await socket.receiveMany()).map(({ bytes }) => bytes[0])).toEqual([5]);
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

test("a runtime that is asked for what is here by receiveMany() goes on reading for select()", async () => {
  const { runtime, socket } = await Runtime.bound();
  Object.assign(runtime, {
    receiveMany: () => [{ bytes: Uint8Array.of(1), from, isTruncated: false }],
  } satisfies Partial<DatagramHandle>);
  const selected = select([socket]);
  await undefined;
  expect(runtime.isReading).toBe(true);
  expect(await socket.receiveMany(1)).toHaveLength(1);
  expect(runtime.isReading).toBe(true);
  runtime.arrive(2);
  expect(await selected).toBe(1);
  await socket.close();
});

test("select() wakes for an error that came back, also where it is watched for errors alone", async () => {
  const { runtime, socket } = await Runtime.bound();
  await socket.connect(from);
  const selected = select(null, null, [socket]);
  await undefined;
  runtime.sink.failed(notPermitted());
  expect(await selected).toBe(1);
  await expect(socket.receive(new Uint8Array(1))).rejects.toMatchObject({ code: "EPERM" });
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

/** A runtime's error. */
const notPermitted = (): Error => Object.assign(new Error("not permitted"), { code: "EPERM" });

test("close() waits until the runtime is done with what trySendTo() has reported as sent", async () => {
  const { runtime, socket } = await Runtime.bound();
  expect(socket.trySendTo(Uint8Array.of(1), from)).toBe(1);
  const behind = socket.sendTo(Uint8Array.of(2), from).catch(({ code }) => code);
  let isClosed = false;
  const closing = socket.close().then(() => {
    isClosed = true;
  });
  expect(await behind).toBe("EBADF");
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(isClosed).toBe(false);
  runtime.sent();
  await closing;
  expect(runtime.taken).toEqual([1]);
});

test("close() does not wait for a datagram whose call it ends, nor on a socket that breaks", async () => {
  const one = await Runtime.bound();
  const sending = one.socket.sendTo(Uint8Array.of(1), from, { timeout: 60_000 }).catch(({ code }) => code);
  await one.socket.close();
  expect(await sending).toBe("EBADF");

  const other = await Runtime.bound();
  expect(other.socket.trySendTo(Uint8Array.of(1), from)).toBe(1);
  const closing = other.socket.close();
  await new Promise<void>((resolve) => setImmediate(resolve));
  other.runtime.sink.closed(notPermitted());
  await closing;
});

test("why a datagram was not sent after its call had ended, the next call that sends says, or SO_ERROR", async () => {
  const { runtime, socket } = await Runtime.bound();
  const fail = (): void => {
    expect(socket.trySendTo(Uint8Array.of(1), from)).toBe(1);
    runtime.sent(notPermitted());
  };
  fail();
  await expect(socket.sendTo(Uint8Array.of(2), at)).rejects.toMatchObject({ code: "EPERM", address: from.host });
  fail();
  expect(() => socket.trySendTo(Uint8Array.of(2), at)).toThrow(expect.objectContaining({ code: "EPERM" }));
  fail();
  expect(socket.getOption(SO_ERROR)).toBe(1);
  expect(socket.getOption(SO_ERROR)).toBe(0);
  // Who receives has nothing to do with it.
  fail();
  expect(socket.tryReceive(new Uint8Array(1))).toBe(WOULD_BLOCK);
  await expect(socket.sendMany([datagram(2)])).rejects.toMatchObject({ code: "EPERM" });
  expect(runtime.taken).toEqual([1, 1, 1, 1]);
  expect(socket.trySendTo(Uint8Array.of(3), from)).toBe(1);
  runtime.sent();
  await socket.close();
});

test("sendTo() with a timeout waits until the runtime has sent the datagram; when the time is up, it counts as sent", async () => {
  const { runtime, socket } = await Runtime.bound();
  const sending = socket.sendTo(Uint8Array.of(1), from, { timeout: 60_000 }).catch(({ code }) => code);
  runtime.sent(notPermitted());
  expect(await sending).toBe("EPERM");
  expect(await socket.sendTo(Uint8Array.of(2), from, { timeout: 5 })).toBe(1);
  await expect(socket.sendTo(Uint8Array.of(3), from, { timeout: 5 })).rejects.toMatchObject({ code: "EAGAIN" });
  runtime.sent();
  expect(await socket.sendTo(Uint8Array.of(4), from, { timeout: 0 })).toBe(1);
  runtime.sent();
  expect(runtime.taken).toEqual([1, 2, 4]);
  await socket.close();
});

test("every call on a socket that broke says why, and close() resolves", async () => {
  const { runtime, socket } = await Runtime.bound();
  const selected = select([socket]);
  runtime.sink.closed(notPermitted());
  expect(await selected).toBe(1);
  const into = new Uint8Array(1);
  await expect(socket.receive(into)).rejects.toMatchObject({ code: "EPERM", syscall: "recv" });
  await expect(socket.receiveMany()).rejects.toMatchObject({ code: "EPERM", syscall: "recv" });
  expect(() => socket.tryReceive(into)).toThrow(expect.objectContaining({ code: "EPERM" }));
  await expect(socket.sendTo(into, from)).rejects.toMatchObject({ code: "EPERM", syscall: "send" });
  expect(() => socket.trySendTo(into, from)).toThrow(expect.objectContaining({ code: "EPERM" }));
  expect(runtime.taken).toEqual([]);
  await socket.close();
  await expect(socket.receive(into)).rejects.toMatchObject({ code: "EBADF" });
});

test("datagrams whose buffers are transferred while they wait are not sent, and the one behind them is", async () => {
  const { runtime, socket } = await Runtime.bound();
  const gone = [datagram(2), datagram(3), datagram(4), { bytes: new Uint8Array(0) }] as const;
  const first = socket.sendTo(Uint8Array.of(1), from);
  const single = socket.sendTo(gone[0].bytes, from).catch((error: Error) => error);
  const several = socket.sendMany([gone[1], datagram(9)]).catch((error: Error) => error);
  const part = socket.sendMany([datagram(5), gone[2], datagram(9)]);
  const empty = socket.sendTo(gone[3].bytes, from).catch((error: Error) => error);
  const behind = socket.sendTo(Uint8Array.of(6), from);
  for (const { bytes } of gone) (bytes.buffer as ArrayBuffer & { transfer(): ArrayBuffer }).transfer();
  runtime.sent();
  expect(await first).toBe(1);
  expect(await single).toBeInstanceOf(TypeError);
  expect(await several).toBeInstanceOf(TypeError);
  runtime.sent();
  expect(await part).toBe(1);
  runtime.sent();
  expect(await empty).toBeInstanceOf(TypeError);
  expect(await behind).toBe(1);
  expect(runtime.taken).toEqual([1, 5, 6]);
});

test("datagrams that a runtime lent are copied, also of a Buffer, whose slice() is a view", async () => {
  const { runtime, socket } = await Runtime.bound();
  const received = socket.receiveMany();
  const lend = (): void => {
    const bytes = Buffer.from([1]);
    runtime.sink.datagram(bytes, false, from, false);
    bytes.fill(2);
  };
  lend();
  lend();
  const datagrams = await received;
  while (datagrams.length < 2) datagrams.push(...(await socket.receiveMany()));
  expect(datagrams.map(({ bytes }) => bytes)).toEqual([Uint8Array.of(1), Uint8Array.of(1)]);
  await socket.close();
});
