import { describe, expect, test } from "vitest";
import { type Adapter, AddressFamily, CodedError, InternetAddress, names, SocketType } from "../dist/index.js";
import { memoryAdapter } from "../dist/memory.js";

const hosts = {
  both: ["10.0.0.1", "10.0.0.2", "fd00::1", "fd00::2", "fd00::3"],
  four: ["10.0.0.4"],
  six: ["fd00::6"],
  doubled: ["10.0.0.5", "10.0.0.5"],
};
const { getAddress, getAddresses, getAddressInfo, getHostByAddress, getHostByName } = names(memoryAdapter(hosts));

const withParts = (parts: Partial<Adapter>): ReturnType<typeof names> => names({ ...memoryAdapter(hosts), ...parts });
const never = (): Promise<never> => new Promise(() => {});
const code = (wanted: string): unknown => expect.objectContaining({ name: "SocketError", code: wanted });

describe("getAddresses()", () => {
  test("gives both families in turns, IPv6 first, each in the system's order", async () => {
    const found = await getAddresses("both", 80);
    expect(found.map(String)).toEqual(["[fd00::1]:80", "10.0.0.1:80", "[fd00::2]:80", "10.0.0.2:80", "[fd00::3]:80"]);
  });

  test("gives one family when asked", async () => {
    const found = await getAddresses("both", 80, { family: AddressFamily.INET });
    expect(found.map(String)).toEqual(["10.0.0.1:80", "10.0.0.2:80"]);
  });

  test("gives what there is when a family has none, and each address once", async () => {
    expect((await getAddresses("four", 1)).map(String)).toEqual(["10.0.0.4:1"]);
    expect((await getAddresses("six", 1)).map(String)).toEqual(["[fd00::6]:1"]);
    expect((await getAddresses("doubled", 1)).map(String)).toEqual(["10.0.0.5:1"]);
  });

  test("of an address is that address, without a look-up", async () => {
    const { getAddresses } = withParts({ resolve: never });
    expect((await getAddresses("10.0.0.9", 1)).map(String)).toEqual(["10.0.0.9:1"]);
    expect((await getAddresses("0::9", 1)).map(String)).toEqual(["[::9]:1"]);
  });

  test("of localhost is loopback, whatever the system says", async () => {
    const { getAddresses } = withParts({ resolve: never });
    for (const name of ["localhost", "LocalHost", "localhost.", "www.localhost"]) {
      expect((await getAddresses(name, 1)).map(String)).toEqual(["[::1]:1", "127.0.0.1:1"]);
    }
  });

  test("finds nothing under .invalid, without a look-up", async () => {
    await expect(withParts({ resolve: never }).getAddresses("a.invalid", 1)).rejects.toEqual(code("ENOTFOUND"));
  });

  test("asks for a name beyond ASCII in Punycode", async () => {
    const asked: string[] = [];
    const { getAddresses } = withParts({
      resolve: async (host) => {
        asked.push(host);
        return ["10.0.0.1"];
      },
    });
    await getAddresses("Bücher.example", 1);
    expect(new Set(asked)).toEqual(new Set(["xn--bcher-kva.example"]));
  });

  test.each(["ENOTFOUND", "ENODATA", "DNS_ENOTFOUND", "DNS_EBADFAMILY", "EAI_NONAME", "EAI_ADDRFAMILY"])(
    "calls the runtime's %s ENOTFOUND",
    async (own) => {
      const resolve = async (): Promise<never> => {
        throw Object.assign(new Error("no"), { code: own });
      };
      await expect(withParts({ resolve }).getAddresses("a", 1)).rejects.toEqual(code("ENOTFOUND"));
    },
  );

  test.each(["EAI_AGAIN", "ETIMEOUT", "DNS_ESERVFAIL", "EREFUSED"])("calls the runtime's %s EAI_AGAIN", async (own) => {
    const resolve = async (): Promise<never> => {
      throw Object.assign(new Error("no"), { code: own });
    };
    await expect(withParts({ resolve }).getAddresses("a", 1)).rejects.toEqual(code("EAI_AGAIN"));
  });

  test("that found nothing says EAI_AGAIN when one family had no answer", async () => {
    const resolve = async (_: string, family: AddressFamily): Promise<never> => {
      throw new CodedError(family === AddressFamily.INET ? "EAI_AGAIN" : "ENOTFOUND");
    };
    await expect(withParts({ resolve }).getAddresses("a", 1)).rejects.toEqual(code("EAI_AGAIN"));
  });

  test("ends when time is up, or when aborted", async () => {
    const { getAddresses } = withParts({ resolve: never });
    await expect(getAddresses("a", 1, { timeout: 1 })).rejects.toEqual(code("ETIMEDOUT"));
    const controller = new AbortController();
    const looking = getAddresses("a", 1, { signal: controller.signal });
    controller.abort("enough");
    await expect(looking).rejects.toBe("enough");
  });

  test("refuses bad hosts, ports and families", async () => {
    await expect(getAddresses("a b", 1)).rejects.toThrow(TypeError);
    await expect(getAddresses("", 1)).rejects.toThrow(TypeError);
    await expect(getAddresses("1.2.3", 1)).rejects.toThrow(TypeError);
    await expect(getAddresses("a", 65536)).rejects.toThrow(RangeError);
    await expect(getAddresses("a", 1, { family: "UNIX" as "INET" })).rejects.toThrow(TypeError);
  });
});

test("getAddress() gives the first", async () => {
  expect(`${await getAddress("both", 80)}`).toBe("[fd00::1]:80");
});

describe("getAddressInfo()", () => {
  const summary = async (...args: Parameters<typeof getAddressInfo>): Promise<string[]> =>
    (await getAddressInfo(...args)).map(({ type, protocol, address }) => `${type} ${protocol} ${address}`);

  test("gives streams and datagrams for each address", async () => {
    expect(await summary("four", 80)).toEqual(["STREAM 6 10.0.0.4:80", "DGRAM 17 10.0.0.4:80"]);
    expect(await summary("six", "7")).toEqual(["STREAM 6 [fd00::6]:7", "DGRAM 17 [fd00::6]:7"]);
  });

  test("knows services, and of which protocol they are", async () => {
    expect(await summary("four", "https")).toEqual(["STREAM 6 10.0.0.4:443", "DGRAM 17 10.0.0.4:443"]);
    expect(await summary("four", "ssh")).toEqual(["STREAM 6 10.0.0.4:22"]);
    expect(await summary("four", "ntp")).toEqual(["DGRAM 17 10.0.0.4:123"]);
    await expect(getAddressInfo("four", "nonsense")).rejects.toEqual(code("EAI_SERVICE"));
  });

  test("heeds the hints", async () => {
    expect(await summary("both", 80, { type: SocketType.STREAM, family: AddressFamily.INET })).toHaveLength(2);
    expect(await summary("four", 80, { protocol: 17 })).toEqual(["DGRAM 17 10.0.0.4:80"]);
    expect(await summary("four", 80, { protocol: 0 })).toHaveLength(2);
    await expect(getAddressInfo("four", 80, { type: SocketType.STREAM, protocol: 17 })).rejects.toEqual(
      code("EAI_SOCKTYPE"),
    );
    await expect(getAddressInfo("four", 80, { numericHost: true })).rejects.toEqual(code("ENOTFOUND"));
    expect(await summary("10.0.0.9", 80, { numericHost: true, protocol: 6 })).toEqual(["STREAM 6 10.0.0.9:80"]);
  });

  test("of no host is loopback, or every interface when passive", async () => {
    const hints = { type: SocketType.STREAM };
    expect(await summary(undefined, 80, hints)).toEqual(["STREAM 6 [::1]:80", "STREAM 6 127.0.0.1:80"]);
    expect(await summary(undefined, 80, { ...hints, passive: true })).toEqual([
      "STREAM 6 [::]:80",
      "STREAM 6 0.0.0.0:80",
    ]);
  });

  test("follows aliases to the canonical name, and only when asked", async () => {
    const chain: Record<string, string[]> = { both: ["b.example"], "b.example": ["c.example"] };
    const { getAddressInfo } = withParts({ aliases: async (host) => chain[host] ?? Promise.reject(new Error("none")) });
    expect((await getAddressInfo("both", 1))[0]?.canonicalName).toBeUndefined();
    expect((await getAddressInfo("both", 1, { canonicalName: true }))[0]?.canonicalName).toBe("c.example");
  });

  test("does not go round in circles of aliases", async () => {
    const { getAddressInfo } = withParts({ aliases: async (host) => [host === "both" ? "b.example" : "both"] });
    expect((await getAddressInfo("both", 1, { canonicalName: true }))[0]?.canonicalName).toBe("b.example");
  });
});

describe("getHostByName()", () => {
  test("gives the name and all addresses", async () => {
    expect(await getHostByName("four")).toEqual({ name: "four", aliases: [], addresses: ["10.0.0.4"] });
  });

  test("gives the canonical name, and those on the way to it, when asked", async () => {
    const { getHostByName } = withParts({ aliases: async (host) => (host === "four" ? ["real.example"] : []) });
    expect(await getHostByName("four", { canonicalName: true })).toEqual({
      name: "real.example",
      aliases: ["four"],
      addresses: ["10.0.0.4"],
    });
  });
});

describe("getHostByAddress()", () => {
  test("gives the name of an address", async () => {
    const host = { name: "four", aliases: [], addresses: ["10.0.0.4"] };
    expect(await getHostByAddress("10.0.0.4")).toEqual(host);
    expect(await getHostByAddress(new InternetAddress("10.0.0.4", 80))).toEqual(host);
    expect((await getHostByAddress("fd00:0::6")).name).toBe("six");
  });

  test("of loopback is localhost, without a look-up", async () => {
    const { getHostByAddress } = withParts({ reverse: never });
    expect((await getHostByAddress("127.0.0.1")).name).toBe("localhost");
    expect((await getHostByAddress("::1")).name).toBe("localhost");
  });

  test("does not ask for a zone", async () => {
    const { getHostByAddress } = withParts({ reverse: async (address) => `name of ${address}` });
    expect((await getHostByAddress("fe80::1%eth0")).name).toBe("name of fe80::1");
  });

  test("refuses a name, and says ENOTFOUND for an address without one", async () => {
    await expect(getHostByAddress("four")).rejects.toThrow(TypeError);
    await expect(getHostByAddress(new InternetAddress("four", 1))).rejects.toThrow(TypeError);
    await expect(getHostByAddress("10.9.9.9")).rejects.toEqual(code("ENOTFOUND"));
  });
});
