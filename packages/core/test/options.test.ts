import { describe, expect, test, vi } from "vitest";
import {
  type Adapter,
  AddressFamily,
  CodedError,
  type DatagramSink,
  type EarlyOptions,
  InternetAddress,
  IP_ADD_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_TTL,
  IP_TTL,
  KeptSettings,
  type Listener,
  type NetworkInterface,
  type OptionSetting,
  SO_BROADCAST,
  SO_ERROR,
  SO_LINGER,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  type Socket,
  SocketType,
  socketClass,
  TCP_KEEPIDLE,
  TCP_NODELAY,
} from "../dist/index.js";
import { memoryAdapter } from "../dist/memory.js";

const LOOPBACK = new InternetAddress("127.0.0.1", 0);
const into = (): Uint8Array => new Uint8Array(10);

/** An adapter in memory that claims options, and keeps what it is told; a setting that `refuse` throws for, is refused. */
function recording(refuse: (setting: OptionSetting) => void = () => {}, parts: Partial<Adapter> = {}) {
  const told: OptionSetting[] = [];
  const sinks: DatagramSink[] = [];
  const setOption = (...setting: OptionSetting): void => {
    refuse(setting);
    told.push(setting);
  };
  const memory = memoryAdapter();
  const adapter: Adapter = {
    ...memory,
    options: {
      stream: { SO_RCVBUF: "ask", TCP_KEEPIDLE: { least: 10 }, TCP_NODELAY: "set" },
      listener: { SO_REUSEADDR: "set" },
      datagram: {
        IP_ADD_MEMBERSHIP: "set",
        IP_DROP_MEMBERSHIP: "set",
        IP_MULTICAST_IF: "set",
        IP_TTL: "set",
        SO_BROADCAST: "set",
        SO_RCVBUF: "ask",
      },
    },
    connect: (request, connected) =>
      memory.connect(request, (handle) => connected(Object.assign(handle, { setOption }))),
    bind: (request, bound) =>
      memory.bind(request, (handle) => {
        const getOption = (): number => 4242;
        const sink = bound(Object.assign(handle, { setOption, getOption }));
        sinks.push(sink);
        return sink;
      }),
    ...parts,
  };
  return { adapter, Socket: socketClass(adapter), told, sinks };
}

/** A handle that takes every option, and does nothing about it. */
function deaf<Handle extends object>(handle: Handle): Handle {
  return Object.assign(handle, { setOption() {} });
}

type Recording = ReturnType<typeof recording>;

async function listening({ Socket }: Recording): Promise<Listener> {
  const socket = new Socket(AddressFamily.INET, SocketType.STREAM);
  await socket.bind(LOOPBACK);
  return socket.listen();
}

function datagrams({ Socket }: Recording): Socket {
  return new Socket(AddressFamily.INET, SocketType.DGRAM);
}

const failure = (code: string, option: string): unknown =>
  expect.objectContaining({ name: "SocketError", code, option });

describe("setOption()", () => {
  test("tells the handle what was set before, once it is there, and then at once", async () => {
    const here = recording();
    const socket = new here.Socket(AddressFamily.INET, SocketType.STREAM);
    socket.setOption(TCP_NODELAY, true);
    socket.setOption(TCP_NODELAY, false);
    socket.setOption(TCP_KEEPIDLE, 11);
    expect(here.told).toEqual([]);
    await socket.connect((await listening(here)).localAddress);
    expect(here.told).toEqual([
      ["TCP_NODELAY", false],
      ["TCP_KEEPIDLE", 11],
    ]);
    socket.setOption(TCP_NODELAY, true);
    expect(here.told.at(-1)).toEqual(["TCP_NODELAY", true]);
  });

  test("takes no number below what the adapter claims", () => {
    const { Socket, told } = recording();
    const socket = new Socket(AddressFamily.INET, SocketType.STREAM);
    expect(() => socket.setOption(TCP_KEEPIDLE, 9)).toThrow(failure("ENOPROTOOPT", "TCP_KEEPIDLE"));
    socket.setOption(TCP_KEEPIDLE, 10);
    expect(socket.getOption(TCP_KEEPIDLE)).toBe(10);
    expect(told).toEqual([]);
  });

  test("that the runtime refuses throws its error by name, and nothing is kept", async () => {
    const cause = new Error("no");
    const here = recording(([, value]) => {
      if (value === true) throw new CodedError("EACCES", cause);
    });
    const socket = new here.Socket(AddressFamily.INET, SocketType.STREAM);
    await socket.connect((await listening(here)).localAddress);
    expect(() => socket.setOption(TCP_NODELAY, true)).toThrow(
      expect.objectContaining({ code: "EACCES", option: "TCP_NODELAY", syscall: "setsockopt", cause }),
    );
    expect(socket.getOption(TCP_NODELAY)).toBe(false);
  });

  test("before connect() that the runtime refuses makes that fail, and the socket may try again", async () => {
    const here = recording(([, value]) => {
      if (value === true) throw new CodedError("EINVAL");
    });
    const listener = await listening(here);
    const socket = new here.Socket(AddressFamily.INET, SocketType.STREAM);
    socket.setOption(TCP_NODELAY, true);
    await expect(socket.connect(listener.localAddress)).rejects.toEqual(failure("EINVAL", "TCP_NODELAY"));
    expect(socket.remoteAddress).toBeUndefined();
    // Nobody is told: the connection is closed.
    socket.setOption(TCP_NODELAY, false);
    expect(here.told).toEqual([]);
    await socket.connect(listener.localAddress);
    expect(here.told).toEqual([["TCP_NODELAY", false]]);
  });

  test("before bind() that the runtime refuses makes that fail, and frees the address", async () => {
    const here = recording(([name]) => {
      if (name === "IP_TTL") throw new CodedError("EINVAL");
    });
    const socket = datagrams(here);
    const at = new InternetAddress("127.0.0.1", 7007);
    socket.setOption(IP_TTL, 5);
    await expect(socket.bind(at)).rejects.toEqual(failure("EINVAL", "IP_TTL"));
    expect(socket.localAddress).toBeUndefined();
    await datagrams(here).bind(at);
  });

  test("of a listener is told to the connections accepted from it, and to no others", async () => {
    const here = recording();
    const listener = await listening(here);
    listener.setOption(TCP_NODELAY, true);
    expect(here.told).toEqual([]);
    expect(() => listener.setOption(SO_REUSEADDR, true)).toThrow(failure("EINVAL", "SO_REUSEADDR"));
    const client = await new here.Socket(AddressFamily.INET, SocketType.STREAM).connect(listener.localAddress);
    const server = await listener.accept();
    expect(server.getOption(TCP_NODELAY)).toBe(true);
    expect(client.getOption(TCP_NODELAY)).toBe(false);
  });

  test("of a listener is told to that, too, where it takes options, and one that it refuses is not kept", async () => {
    const memory = memoryAdapter();
    const told: OptionSetting[] = [];
    const setOption = (...setting: OptionSetting): void => {
      if (setting[1] === 13) throw new CodedError("EPERM");
      told.push(setting);
    };
    const here = recording(undefined, {
      listen: (request, listening) =>
        memory.listen(request, (handle) => listening(Object.assign(handle, { setOption }))),
    });
    const listener = await listening(here);
    listener.setOption(TCP_KEEPIDLE, 12);
    expect(told).toEqual([["TCP_KEEPIDLE", 12]]);
    expect(() => listener.setOption(TCP_KEEPIDLE, 13)).toThrow(failure("EPERM", "TCP_KEEPIDLE"));
    expect(listener.getOption(TCP_KEEPIDLE)).toBe(12);
  });

  test("before there is a socket is in what the adapter is asked, in order, but for what core keeps for close()", async () => {
    const memory = memoryAdapter();
    const asked: (readonly OptionSetting[])[] = [];
    const noted = <Request extends { readonly options: EarlyOptions }>(request: Request): Request => {
      asked.push(request.options.settings);
      return request;
    };
    const Socket = socketClass({
      ...memory,
      options: {
        ...recording().adapter.options,
        stream: { SO_LINGER: "reset", TCP_KEEPIDLE: "set", TCP_NODELAY: "set" },
      },
      connect: (request, connected) => memory.connect(noted(request), (handle) => connected(deaf(handle))),
      listen: (request, listening) => memory.listen(noted(request), listening),
      bind: (request, bound) => memory.bind(noted(request), (handle) => bound(deaf(handle))),
    });
    const stream = (): Socket => new Socket(AddressFamily.INET, SocketType.STREAM);
    const [server, client] = [stream(), stream()];
    server.setOption(TCP_KEEPIDLE, 12);
    server.setOption(SO_REUSEADDR, true);
    server.setOption(SO_LINGER, { seconds: 0 });
    server.setOption(TCP_KEEPIDLE, 14);
    await server.bind(LOOPBACK);
    await server.listen();
    await client.connect(server.localAddress as InternetAddress);
    const datagrams = new Socket(AddressFamily.INET, SocketType.DGRAM);
    datagrams.setOption(SO_BROADCAST, true);
    await datagrams.bind(LOOPBACK);
    expect(asked).toEqual([
      [
        ["TCP_KEEPIDLE", 14],
        ["SO_REUSEADDR", true],
      ],
      [],
      [["SO_BROADCAST", true]],
    ]);
  });
});

describe("getOption()", () => {
  test("asks the handle where the adapter claims that it knows, and says what was set until there is one", async () => {
    const socket = datagrams(recording());
    expect(() => socket.getOption(SO_RCVBUF)).toThrow(failure("ENOPROTOOPT", "SO_RCVBUF"));
    socket.setOption(SO_RCVBUF, 7);
    expect(socket.getOption(SO_RCVBUF)).toBe(7);
    await socket.bind(LOOPBACK);
    expect(socket.getOption(SO_RCVBUF)).toBe(4242);
  });

  test("of another family's option is ENOPROTOOPT", () => {
    const { Socket } = recording();
    const socket = new Socket(AddressFamily.INET6, SocketType.DGRAM);
    expect(() => socket.getOption(IP_MULTICAST_TTL)).toThrow(failure("ENOPROTOOPT", "IP_MULTICAST_TTL"));
    expect(socket.getOption(SO_BROADCAST)).toBe(false);
  });
});

describe("network interfaces", () => {
  const entry = (name: string, address: string, scopeId = 0): NetworkInterface => ({
    name,
    address,
    scopeId,
    family: address.includes(":") ? AddressFamily.INET6 : AddressFamily.INET,
  });

  test("are found by name or address, with the index that another entry tells", async () => {
    const here = recording(undefined, {
      interfaces: () => [entry("lo", "127.0.0.1"), entry("net7", "192.0.2.7"), entry("net7", "fe80::7", 7)],
    });
    const socket = datagrams(here);
    await socket.bind(LOOPBACK);
    const net7 = { name: "net7", index: 7, address: "192.0.2.7" };
    for (const on of ["net7", "192.0.2.7"]) {
      socket.setOption(IP_ADD_MEMBERSHIP, { group: "239.1.1.1", interface: on });
      expect(here.told.at(-1)).toEqual(["IP_ADD_MEMBERSHIP", { group: "239.1.1.1", interface: net7 }]);
      socket.setOption(IP_MULTICAST_IF, on);
      expect(here.told.at(-1)).toEqual(["IP_MULTICAST_IF", net7]);
      expect(socket.getOption(IP_MULTICAST_IF)).toBe(on);
    }
    socket.setOption(IP_MULTICAST_IF, "127.0.0.1");
    expect(here.told.at(-1)).toEqual(["IP_MULTICAST_IF", { name: "lo", index: 1, address: "127.0.0.1" }]);
    socket.setOption(IP_MULTICAST_IF, undefined);
    expect(here.told.at(-1)).toEqual(["IP_MULTICAST_IF", undefined]);
    expect(() => socket.setOption(IP_MULTICAST_IF, "net8")).toThrow(failure("ENODEV", "IP_MULTICAST_IF"));
  });

  test("that the runtime may not tell are its error, by name", () => {
    const cause = new Error("run again with --allow-sys");
    const interfaces = (): never => {
      throw new CodedError("EACCES", cause);
    };
    const socket = datagrams(recording(undefined, { interfaces }));
    const join = (): void => socket.setOption(IP_ADD_MEMBERSHIP, { group: "239.1.1.1", interface: "lo" });
    expect(join).toThrow(expect.objectContaining({ code: "EACCES", option: "IP_ADD_MEMBERSHIP", cause }));
    expect(socket.localAddress).toBeUndefined();
    // Where the system chooses, nobody has to be asked.
    socket.setOption(IP_ADD_MEMBERSHIP, { group: "239.1.1.1" });
  });
});

describe("an option that is refused later", () => {
  test("is told by the receives that wait, or by the next one, once", async () => {
    const here = recording();
    const socket = datagrams(here);
    await socket.bind(LOOPBACK);
    const waiting = [socket.receive(into()), socket.receive(into())];
    here.sinks[0]?.refused("IP_ADD_MEMBERSHIP", new CodedError("ENOBUFS"));
    for (const one of waiting) await expect(one).rejects.toEqual(failure("ENOBUFS", "IP_ADD_MEMBERSHIP"));
    here.sinks[0]?.refused("IP_TTL", new CodedError("EINVAL"));
    await expect(socket.receive(into())).rejects.toEqual(failure("EINVAL", "IP_TTL"));
    expect(() => socket.tryReceive(into())).not.toThrow();
    here.sinks[0]?.refused("IP_TTL", new CodedError("EINVAL"));
    expect(socket.getOption(SO_ERROR)).toBe(22);
    expect(socket.getOption(SO_ERROR)).toBe(0);
  });

  test("is told by the next receive where joining had the socket bound", async () => {
    const here = recording(([name]) => {
      if (name === "IP_ADD_MEMBERSHIP") throw new CodedError("ENOBUFS");
    });
    const socket = datagrams(here);
    socket.setOption(IP_ADD_MEMBERSHIP, { group: "239.1.1.1" });
    await expect(socket.receive(into())).rejects.toEqual(failure("ENOBUFS", "IP_ADD_MEMBERSHIP"));
  });
});

describe("SO_RCVTIMEO", () => {
  test("costs no timer of its own for each call", async () => {
    const here = recording();
    const listener = await listening(here);
    const client = await new here.Socket(AddressFamily.INET, SocketType.STREAM).connect(listener.localAddress);
    const server = await listener.accept();
    server.setOption(SO_RCVTIMEO, 60_000);
    const timers = vi.spyOn(globalThis, "setTimeout");
    try {
      for (let round = 0; round < 100; round++) {
        const receiving = server.receive(into());
        await client.send(Uint8Array.of(round));
        expect(await receiving).toBe(1);
      }
      server.setOption(SO_RCVTIMEO, 0);
      // Where a timer cannot be left to itself, one at a time; elsewhere one for all.
      const canUnref = typeof timers.mock.results[0]?.value === "object";
      expect(timers.mock.calls.length).toBeLessThanOrEqual(canUnref ? 1 : 100);
    } finally {
      timers.mockRestore();
    }
  });
});

describe("KeptSettings", () => {
  const lo = { name: "lo", index: 1, address: "127.0.0.1" };
  const on = (group: string): { group: string; interface: typeof lo } => ({ group, interface: lo });

  test("holds the last value of each option, and the groups that were not left", () => {
    const kept = new KeptSettings();
    kept.add(["IP_TTL", 1]);
    kept.add(["IP_ADD_MEMBERSHIP", on("239.1.1.1")]);
    kept.add(["IP_ADD_MEMBERSHIP", on("239.1.1.2")]);
    kept.add(["IP_ADD_MEMBERSHIP", { group: "239.1.1.1", interface: undefined }]);
    kept.add(["IPV6_JOIN_GROUP", on("ff02::1")]);
    kept.add(["IP_TTL", 2]);
    kept.add(["IP_DROP_MEMBERSHIP", on("239.1.1.1")]);
    kept.add(["IPV6_LEAVE_GROUP", on("ff02::1")]);
    expect([...kept]).toEqual([
      ["IP_TTL", 2],
      ["IP_ADD_MEMBERSHIP", on("239.1.1.2")],
      ["IP_ADD_MEMBERSHIP", { group: "239.1.1.1", interface: undefined }],
    ]);
  });

  test("knows whether datagrams may go to a broadcast address", () => {
    const kept = new KeptSettings();
    expect(kept.mayBroadcast).toBe(false);
    kept.add(["SO_BROADCAST", true]);
    expect(kept.mayBroadcast).toBe(true);
    kept.add(["SO_BROADCAST", false]);
    expect(kept.mayBroadcast).toBe(false);
  });
});
