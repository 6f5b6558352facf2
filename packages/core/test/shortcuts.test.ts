import { describe, expect, test } from "vitest";
import {
  type Adapter,
  AddressFamily,
  CodedError,
  InternetAddress,
  SocketType,
  shortcuts,
  socketClass,
  UnixAddress,
  UnknownAddress,
} from "../dist/index.js";
import { memoryAdapter } from "../dist/memory.js";

const code = (wanted: string): unknown => expect.objectContaining({ name: "SocketError", code: wanted });
const hosts = { host: ["127.0.0.1", "::1"] };

describe("listen()", () => {
  test("is on every interface and a port of the system's choice by default", async () => {
    const { listen } = shortcuts(memoryAdapter());
    const listener = await listen();
    expect(listener.localAddress.host).toBe("::");
    expect(listener.localAddress.port).toBeGreaterThan(0);
  });

  test("is on IPv4's interfaces where there is no IPv6", async () => {
    const memory = memoryAdapter();
    const adapter: Adapter = {
      ...memory,
      listen: async (request, listening) => {
        if (request.at.family === AddressFamily.INET6) throw new CodedError("EAFNOSUPPORT");
        await memory.listen(request, listening);
      },
    };
    expect(`${(await shortcuts(adapter).listen({ port: 7 })).localAddress}`).toBe("0.0.0.0:7");
  });

  test("takes options, text, and addresses", async () => {
    const { listen } = shortcuts(memoryAdapter(hosts));
    expect(`${(await listen({ host: "127.0.0.1", port: 1, backlog: 5 })).localAddress}`).toBe("127.0.0.1:1");
    expect(`${(await listen("127.0.0.1:2")).localAddress}`).toBe("127.0.0.1:2");
    expect(`${(await listen(new InternetAddress("127.0.0.1", 3))).localAddress}`).toBe("127.0.0.1:3");
    expect(`${(await listen("unix:@app")).localAddress}`).toBe("unix:@app");
    expect(`${(await listen("host:4")).localAddress}`).toBe("[::1]:4");
  });

  test("says why it cannot, and goes on to another address only when this one is not the machine's", async () => {
    const { listen } = shortcuts(memoryAdapter());
    await listen({ port: 7 });
    await expect(listen({ port: 7 })).rejects.toEqual(code("EADDRINUSE"));
    await expect(listen("nobody:7")).rejects.toEqual(code("ENOTFOUND"));
    await expect(listen({ host: "a b" })).rejects.toThrow(TypeError);
    await expect(listen({ port: -1 })).rejects.toThrow(RangeError);
    await expect(listen({ backlog: 0 })).rejects.toThrow(RangeError);
    await expect(listen(new UnknownAddress(16, new Uint8Array()))).rejects.toEqual(code("EAFNOSUPPORT"));
  });
});

test("listen(), connect() and socketPair() refuse what says not where, or of which family", async () => {
  const { connect, listen, socketPair } = shortcuts(memoryAdapter());
  for (const wrong of [7007, true, null, () => 7007] as unknown as string[]) {
    await expect(listen(wrong)).rejects.toThrow("listen() needs");
    await expect(connect(wrong)).rejects.toThrow("connect() needs");
  }
  await expect((connect as () => Promise<unknown>)()).rejects.toThrow("connect() needs");
  for (const wrong of ["FOO", null, 2] as unknown as AddressFamily[]) {
    await expect(socketPair(wrong)).rejects.toThrow("is no AddressFamily");
  }
});

describe("connect()", () => {
  test("connects by any kind of address", async () => {
    const { connect, listen } = shortcuts(memoryAdapter(hosts));
    for (const at of ["127.0.0.1:1", "[::1]:1", "unix:@app", "unix:/app", "host:2", "localhost:3"]) {
      const listener = await listen(at);
      const [client, server] = await Promise.all([connect(at), listener.accept()]);
      expect(server.localAddress?.equals(listener.localAddress)).toBe(true);
      expect(client.remoteAddress.equals(listener.localAddress)).toBe(true);
      await Promise.all([client.close(), server.close(), listener.close()]);
    }
  });

  test("refuses what is no address", async () => {
    const { connect } = shortcuts(memoryAdapter());
    await expect(connect("nonsense")).rejects.toThrow(TypeError);
    await expect(connect({ host: "a b", port: 1 })).rejects.toThrow(TypeError);
    await expect(connect({ host: "a", port: 65536 })).rejects.toThrow(RangeError);
    await expect(connect(new UnknownAddress(16, new Uint8Array()))).rejects.toEqual(code("EAFNOSUPPORT"));
  });
});

describe("socketPair()", () => {
  test.each([undefined, AddressFamily.UNIX, AddressFamily.INET, AddressFamily.INET6])(
    "of %s is connected",
    async (family) => {
      const [one, other] = await shortcuts(memoryAdapter()).socketPair(family);
      expect(one.family).toBe(family ?? AddressFamily.UNIX);
      const into = new Uint8Array(8);
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        await from.sendAll(Uint8Array.of(1, 2, 3));
        expect(await to.receive(into)).toBe(3);
        expect([...into.subarray(0, 3)]).toEqual([1, 2, 3]);
      }
    },
  );

  test("is by loopback where there are no abstract names", async () => {
    const adapter: Adapter = { ...memoryAdapter(), supports: new Set() };
    const [one] = await shortcuts(adapter).socketPair();
    expect(one.family).toBe(AddressFamily.INET);
    await expect(shortcuts(adapter).socketPair(AddressFamily.UNIX)).rejects.toEqual(code("EOPNOTSUPP"));
  });

  test("keeps out a stranger who connects first", async () => {
    const memory = memoryAdapter();
    const Socket = socketClass(memory);
    const adapter: Adapter = {
      ...memory,
      listen: async (request, listening) => {
        await memory.listen(request, listening);
        const stranger = new Socket(request.at.family as AddressFamily, SocketType.STREAM);
        await stranger.connect(request.at);
        await stranger.sendAll(new Uint8Array(16));
      },
    };
    const [one, other] = await shortcuts(adapter).socketPair();
    await one.sendAll(Uint8Array.of(7));
    const into = new Uint8Array(8);
    expect(await other.receive(into)).toBe(1);
    expect(into[0]).toBe(7);
  });

  test("leaves nothing behind when it cannot connect", async () => {
    const memory = memoryAdapter();
    const adapter: Adapter = { ...memory, connect: () => Promise.reject(new CodedError("EMFILE")) };
    await expect(shortcuts(adapter).socketPair()).rejects.toEqual(code("EMFILE"));
  });
});

describe("a Unix socket", () => {
  const Socket = socketClass(memoryAdapter());
  const make = (): InstanceType<typeof Socket> => new Socket(AddressFamily.UNIX, SocketType.STREAM);

  test("without a name cannot listen, nor be connected to", async () => {
    await expect(make().listen()).rejects.toEqual(code("EINVAL"));
    await expect(make().connect(UnixAddress.UNNAMED)).rejects.toEqual(code("EINVAL"));
  });

  test("is not created, nor given an abstract name, where there are none", async () => {
    const without = socketClass({ ...memoryAdapter(), supports: new Set() });
    expect(() => new without(AddressFamily.UNIX, SocketType.STREAM)).toThrow(code("EOPNOTSUPP") as Error);
    const paths = socketClass({ ...memoryAdapter(), supports: new Set(["unix"]) });
    const socket = new paths(AddressFamily.UNIX, SocketType.STREAM);
    await expect(socket.connect(UnixAddress.abstract("a"))).rejects.toEqual(code("EOPNOTSUPP"));
    await socket.bind(UnixAddress.abstract("a"));
    await expect(socket.listen()).rejects.toEqual(code("EOPNOTSUPP"));
  });

  test("connects from a chosen name, where that can be", async () => {
    const server = make();
    await server.bind(new UnixAddress("/server"));
    const listener = await server.listen();
    const client = make();
    await client.bind(new UnixAddress("/client"));
    const [, accepted] = await Promise.all([client.connect(listener.localAddress), listener.accept()]);
    expect(`${accepted.remoteAddress}`).toBe("unix:/client");
    const without = socketClass({ ...memoryAdapter(), supports: new Set(["unix", "connect-from"]) });
    const socket = new without(AddressFamily.UNIX, SocketType.STREAM);
    await socket.bind(new UnixAddress("/client"));
    await expect(socket.connect(new UnixAddress("/server"))).rejects.toEqual(code("EOPNOTSUPP"));
  });
});
