import { describe, expect, test } from "vitest";
import {
  type Adapter,
  type Address,
  AddressFamily,
  type DatagramSink,
  Internet6Address,
  InternetAddress,
  SocketType,
  scopedAs,
  scopedHere,
  socketClass,
  UnixAddress,
} from "../dist/index.js";
import { memoryAdapter } from "../dist/memory.js";

const eth0 = { name: "eth0", family: AddressFamily.INET6, address: "fe80::1", scopeId: 7 };
const code = (wanted: string): unknown => expect.objectContaining({ name: "SocketError", code: wanted });

/** Binds a datagram socket on a machine with `interfaces`, and tells where the adapter was asked to bind it. */
async function whereBound(at: Address, interfaces: Adapter["interfaces"] = () => [eth0]): Promise<Address | undefined> {
  const adapter = memoryAdapter();
  let asked: Address | undefined;
  const bind: Adapter["bind"] = (request, bound) => {
    asked = request.at;
    return adapter.bind(request, bound);
  };
  const Socket = socketClass({ ...adapter, bind, interfaces });
  await new Socket(AddressFamily.INET6, SocketType.DGRAM).bind(at);
  return asked;
}

describe("the interface of an address", () => {
  test("is given to the adapter by name, whether it was named or numbered", async () => {
    for (const scopeId of ["eth0", 7]) {
      const asked = await whereBound(new Internet6Address("fe80::1", 80, { scopeId, flowInfo: 5 }));
      expect(asked?.toJSON()).toEqual({ family: "INET6", host: "fe80::1%eth0", port: 80, flowInfo: 5 });
    }
  });

  test("that the machine does not have is ENODEV", async () => {
    for (const scopeId of ["eth1", 8]) {
      const bound = whereBound(new Internet6Address("fe80::1", 80, { scopeId }));
      await expect(bound).rejects.toEqual(code("ENODEV"));
    }
  });

  test("is the adapter's to judge where looking is not allowed", async () => {
    const forbidden = (): never => {
      throw new Error("EACCES");
    };
    expect(`${await whereBound(new Internet6Address("fe80::1%eth1", 80), forbidden)}`).toBe("[fe80::1%eth1]:80");
  });

  test("comes from the other end of a link-local connection where the runtime does not tell it", () => {
    const known = new Internet6Address("fe80::2%eth0", 1);
    expect(`${scopedAs(new Internet6Address("fe80::1", 80), known)}`).toBe("[fe80::1%eth0]:80");
    expect(`${scopedAs(new Internet6Address("fe80::1%eth1", 80), known)}`).toBe("[fe80::1%eth1]:80");
    expect(`${scopedAs(new Internet6Address("fe80::1", 80), new Internet6Address("::", 1))}`).toBe("[fe80::1]:80");
    expect(`${scopedAs(new Internet6Address("2001:db8::1", 80), known)}`).toBe("[2001:db8::1]:80");
    expect(`${scopedAs(new InternetAddress(80), known)}`).toBe("0.0.0.0:80");
    expect(`${scopedAs(new UnixAddress("/a"), undefined)}`).toBe("unix:/a");
  });

  test("of this machine's own link-local address is the one that has it", () => {
    const eth1 = { ...eth0, name: "eth1", scopeId: 8 };
    const own = new Internet6Address("fe80::1", 80);
    expect(`${scopedHere(own, () => [eth0])}`).toBe("[fe80::1%eth0]:80");
    expect(`${scopedHere(own, () => [eth0, eth1])}`).toBe("[fe80::1]:80");
    expect(`${scopedHere(own, () => [])}`).toBe("[fe80::1]:80");
    expect(`${scopedHere(new Internet6Address("fe80::1%eth1", 80), () => [eth0])}`).toBe("[fe80::1%eth1]:80");
    const forbidden = (): never => {
      throw new Error("EACCES");
    };
    expect(`${scopedHere(own, forbidden)}`).toBe("[fe80::1]:80");
    expect(`${scopedHere(new Internet6Address("::1", 80), forbidden)}`).toBe("[::1]:80");
  });

  test.each([
    ["fe80::2", true],
    ["fe80::2%eth0", true],
    ["fe80::2%eth1", false],
    ["fe80::3%eth0", false],
  ])("a connected datagram socket's peer fe80::2%%eth0 has sent what comes from %s: %s", async (host, isReceived) => {
    const adapter = memoryAdapter();
    let sink: DatagramSink | undefined;
    const bind: Adapter["bind"] = (request, bound) =>
      adapter.bind(request, (handle) => {
        sink = bound(handle);
        return sink;
      });
    const socket = new (socketClass({ ...adapter, bind, interfaces: () => [eth0] }))(
      AddressFamily.INET6,
      SocketType.DGRAM,
    );
    await socket.connect(new Internet6Address("fe80::2%eth0", 80, { flowInfo: 5 }));
    sink?.datagram(new Uint8Array(3), true, new Internet6Address(host, 80), false);
    expect(socket.tryReceive(new Uint8Array(9))).toBe(isReceived ? 3 : -1);
  });
});

describe("the flow of an address", () => {
  test("stays with each address of a name", async () => {
    const adapter = memoryAdapter({ host: ["::1"] });
    const asked: Address[] = [];
    const connect: Adapter["connect"] = async ({ to }) => {
      asked.push(to);
      throw Object.assign(new Error(), { code: "ECONNREFUSED" });
    };
    const socket = new (socketClass({ ...adapter, connect }))(AddressFamily.INET6, SocketType.STREAM);
    const connecting = socket.connect(new Internet6Address("host", 80, { flowInfo: 5 }));
    await expect(connecting).rejects.toEqual(code("ECONNREFUSED"));
    expect(asked.map((at) => at.toJSON())).toEqual([{ family: "INET6", host: "::1", port: 80, flowInfo: 5 }]);
  });
});
