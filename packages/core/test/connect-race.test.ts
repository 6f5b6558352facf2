/** RFC 8305: how `connect()` goes through the addresses of a name. Time is vitest's, names and connections are the test's. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type Adapter,
  AddressFamily,
  CodedError,
  type ConnectRequest,
  InternetAddress,
  type IpFamily,
  type Socket,
  SocketType,
  type StreamHandle,
  type StreamSink,
  shortcuts,
  socketClass,
  UnixAddress,
} from "../dist/index.js";
import { memoryAdapter } from "../dist/memory.js";

interface Attempt {
  readonly request: ConnectRequest;
  readonly startedAt: number;
  succeed(): FakeStream;
  fail(code: "ECONNREFUSED" | "ENETUNREACH" | "EAGAIN"): void;
}

class FakeStream implements StreamHandle {
  readonly local = new InternetAddress("10.0.0.100", 1);
  readonly remote: ConnectRequest["to"];
  readonly draining = false;
  isClosed = false;
  sink: StreamSink | undefined;

  constructor(remote: ConnectRequest["to"]) {
    this.remote = remote;
  }

  write(bytes: Uint8Array): number {
    return bytes.byteLength;
  }
  shutdown(): void {}
  resume(): void {}
  pause(): void {}
  close(): void {
    this.isClosed = true;
    this.sink?.closed();
  }
  reset(): void {
    this.close();
  }
  setOption(): void {}
  ref(): void {}
  unref(): void {}
}

/** An adapter whose connections do what the test says, when it says so; `delays` is how long a look-up takes. */
class Network {
  readonly attempts: Attempt[] = [];
  readonly adapter: Adapter;
  readonly #start = Date.now();

  constructor(hosts: Record<string, readonly string[]>, delays: Partial<Record<IpFamily, number>> = {}) {
    const memory = memoryAdapter(hosts);
    this.adapter = {
      ...memory,
      connect: (request, connected) => this.#connect(request, connected),
      resolve: async (host, family) => {
        const found = await memory.resolve(host, family);
        if (delays[family] !== undefined) await new Promise((resolve) => setTimeout(resolve, delays[family]));
        return found;
      },
    };
  }

  get order(): string[] {
    return this.attempts.map(({ request, startedAt }) => `${startedAt} ${request.to.host}`);
  }

  #connect(request: ConnectRequest, connected: (handle: StreamHandle) => StreamSink): Promise<void> {
    return new Promise((resolve, reject) => {
      this.attempts.push({
        request,
        startedAt: Date.now() - this.#start,
        succeed: () => {
          const stream = new FakeStream(request.to);
          stream.sink = connected(stream);
          resolve();
          return stream;
        },
        fail: (code) => reject(new CodedError(code)),
      });
    });
  }
}

const last = (network: Network): Attempt => network.attempts.at(-1) as Attempt;
const outcome = (attempt: Promise<unknown>): Promise<unknown> => attempt.catch((error: unknown) => error);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("socket.connect() to a name", () => {
  const four = { host: ["10.0.0.1", "10.0.0.2", "10.0.0.3"] };
  const to = new InternetAddress("host", 80);
  const socketOn = ({ adapter }: Network): Socket => {
    return new (socketClass(adapter))(AddressFamily.INET, SocketType.STREAM);
  };

  test("starts an attempt every 250 ms, and closes the losers", async () => {
    const network = new Network(four);
    const connecting = socketOn(network).connect(to);
    await vi.advanceTimersByTimeAsync(1000);
    expect(network.order).toEqual(["0 10.0.0.1", "250 10.0.0.2", "500 10.0.0.3"]);
    const [first, second, third] = network.attempts as [Attempt, Attempt, Attempt];
    second.succeed();
    expect(`${(await connecting).remoteAddress}`).toBe("10.0.0.2:80");
    expect([first, second, third].map(({ request }) => request.signal.aborted)).toEqual([true, false, true]);
    const late = first.succeed();
    await vi.advanceTimersByTimeAsync(0);
    expect(late.isClosed).toBe(true);
  });

  test("goes on at once when an attempt fails", async () => {
    const network = new Network(four);
    const connecting = outcome(socketOn(network).connect(to));
    await vi.advanceTimersByTimeAsync(10);
    last(network).fail("ENETUNREACH");
    await vi.advanceTimersByTimeAsync(10);
    last(network).fail("ENETUNREACH");
    await vi.advanceTimersByTimeAsync(10);
    last(network).fail("ECONNREFUSED");
    expect(await connecting).toMatchObject({ code: "ECONNREFUSED", address: "10.0.0.3", port: 80 });
    expect(network.order).toEqual(["0 10.0.0.1", "10 10.0.0.2", "20 10.0.0.3"]);
  });

  test("takes one address at a time when it comes from a chosen port", async () => {
    const network = new Network(four);
    const socket = socketOn(network);
    await socket.bind(new InternetAddress("10.0.0.100", 5000));
    const connecting = socket.connect(to);
    await vi.advanceTimersByTimeAsync(1000);
    expect(network.order).toEqual(["0 10.0.0.1"]);
    last(network).fail("ECONNREFUSED");
    await vi.advanceTimersByTimeAsync(0);
    last(network).succeed();
    expect((await connecting).remoteAddress.host).toBe("10.0.0.2");
  });

  test("ends every attempt when time is up, and the socket may try again", async () => {
    const network = new Network(four);
    const socket = socketOn(network);
    const connecting = outcome(socket.connect(to, { timeout: 400 }));
    await vi.advanceTimersByTimeAsync(400);
    expect(await connecting).toMatchObject({ code: "ETIMEDOUT", address: "host" });
    expect(network.attempts.map(({ request }) => request.signal.aborted)).toEqual([true, true]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(network.attempts).toHaveLength(2);
    const again = socket.connect(to);
    await vi.advanceTimersByTimeAsync(0);
    last(network).succeed();
    await again;
  });

  test("ends every attempt when aborted, also during the look-up", async () => {
    for (const [lookUp, attempts] of [
      [1000, 0],
      [0, 1],
    ] as const) {
      const network = new Network(four, { INET: lookUp });
      const controller = new AbortController();
      const connecting = outcome(socketOn(network).connect(to, { signal: controller.signal }));
      await vi.advanceTimersByTimeAsync(100);
      controller.abort("enough");
      expect(await connecting).toBe("enough");
      await vi.advanceTimersByTimeAsync(5000);
      expect(network.attempts).toHaveLength(attempts);
      for (const { request } of network.attempts) expect(request.signal.aborted).toBe(true);
    }
  });

  test("is EBADF when the socket is closed meanwhile", async () => {
    const network = new Network(four);
    const socket = socketOn(network);
    const connecting = outcome(socket.connect(to));
    await vi.advanceTimersByTimeAsync(10);
    await socket.close();
    expect(await connecting).toMatchObject({ code: "EBADF" });
    expect(last(network).request.signal.aborted).toBe(true);
  });
});

describe("connect() to a name", () => {
  const both = { host: ["10.0.0.1", "10.0.0.2", "fd00::1", "fd00::2"] };

  test("takes both families in turns, IPv6 first", async () => {
    const network = new Network(both);
    const connecting = shortcuts(network.adapter).connect("host:80");
    await vi.advanceTimersByTimeAsync(2000);
    expect(network.order).toEqual(["0 fd00::1", "250 10.0.0.1", "500 fd00::2", "750 10.0.0.2"]);
    last(network).succeed();
    const connection = await connecting;
    expect(connection.family).toBe(AddressFamily.INET);
    expect(`${connection.remoteAddress}`).toBe("10.0.0.2:80");
    expect(network.attempts.map(({ request }) => request.signal.aborted)).toEqual([true, true, true, false]);
  });

  test("waits 50 ms for IPv6's answer, and no longer", async () => {
    const soon = new Network(both, { INET6: 30 });
    void outcome(shortcuts(soon.adapter).connect("host:80"));
    await vi.advanceTimersByTimeAsync(100);
    expect(soon.order).toEqual(["30 fd00::1"]);

    const late = new Network(both, { INET6: 100 });
    void outcome(shortcuts(late.adapter).connect("host:80"));
    await vi.advanceTimersByTimeAsync(400);
    expect(late.order).toEqual(["50 10.0.0.1", "300 fd00::1"]);
  });

  test("does not wait for an answer that says no", async () => {
    const network = new Network({ host: ["10.0.0.1"] }, { INET6: 10 });
    void outcome(shortcuts(network.adapter).connect("host:80"));
    await vi.advanceTimersByTimeAsync(100);
    expect(network.order).toEqual(["10 10.0.0.1"]);
  });

  test("waits for the other family's addresses when the first one's failed", async () => {
    const network = new Network(both, { INET6: 1000 });
    const connecting = shortcuts(network.adapter).connect({ host: "host", port: 80 });
    await vi.advanceTimersByTimeAsync(60);
    last(network).fail("ECONNREFUSED");
    await vi.advanceTimersByTimeAsync(0);
    last(network).fail("ECONNREFUSED");
    await vi.advanceTimersByTimeAsync(1000);
    expect(network.order.at(-1)).toBe("1000 fd00::1");
    last(network).succeed();
    expect((await connecting).family).toBe(AddressFamily.INET6);
  });

  test("says what the last attempt said, or else why there was none", async () => {
    const network = new Network({ host: ["10.0.0.1"] });
    const connecting = outcome(shortcuts(network.adapter).connect("host:80"));
    await vi.advanceTimersByTimeAsync(0);
    last(network).fail("ECONNREFUSED");
    expect(await connecting).toMatchObject({ code: "ECONNREFUSED", address: "10.0.0.1" });
    const nobody = outcome(shortcuts(network.adapter).connect("nobody:80"));
    expect(await nobody).toMatchObject({ code: "ENOTFOUND", syscall: "getaddrinfo", address: "nobody", port: 80 });
  });

  test("says that one family had no answer rather than that there is nothing in the other", async () => {
    const memory = memoryAdapter();
    for (const silent of [AddressFamily.INET, AddressFamily.INET6]) {
      const resolve = async (host: string, family: IpFamily): Promise<readonly string[]> => {
        if (family === silent) {
          // Later than the other says that there is nothing.
          for (let step = 0; step < 20; step++) await undefined;
          throw new CodedError("EAI_AGAIN");
        }
        return memory.resolve(host, family);
      };
      const connecting = outcome(shortcuts({ ...memory, resolve }).connect("host:80"));
      expect(await connecting).toMatchObject({ code: "EAI_AGAIN", address: "host" });
    }
  });

  test("ends when time is up, or when aborted", async () => {
    const network = new Network(both, { INET: 1000, INET6: 1000 });
    const connecting = outcome(shortcuts(network.adapter).connect("host:80", { timeout: 500 }));
    await vi.advanceTimersByTimeAsync(500);
    expect(await connecting).toMatchObject({ code: "ETIMEDOUT", address: "host", port: 80 });
    const controller = new AbortController();
    const aborted = outcome(shortcuts(network.adapter).connect("host:80", { signal: controller.signal }));
    controller.abort("enough");
    expect(await aborted).toBe("enough");
    await vi.advanceTimersByTimeAsync(5000);
    expect(network.attempts).toHaveLength(0);
  });
});

test("connect() to a Unix listener whose backlog is full waits for room", async () => {
  const network = new Network({});
  const connecting = shortcuts(network.adapter).connect(new UnixAddress("/full"));
  for (let round = 0; round < 3; round++) {
    await vi.advanceTimersByTimeAsync(100);
    last(network).fail("EAGAIN");
  }
  await vi.advanceTimersByTimeAsync(100);
  last(network).succeed();
  expect(`${(await connecting).remoteAddress}`).toBe("unix:/full");
  expect(network.attempts).toHaveLength(4);
});
