import { describe, expect, test } from "vitest";
import {
  AddressFamily,
  Internet6Address,
  InternetAddress,
  isUnspecified,
  numericAddress,
  parseAddress,
  SocketType,
  UnixAddress,
} from "../dist/index.js";
import { memorySockets } from "../dist/memory.js";

describe("InternetAddress", () => {
  test("keeps host and port, and prints them", () => {
    const address = new InternetAddress("127.0.0.1", 2525);
    expect(address).toMatchObject({ family: AddressFamily.INET, host: "127.0.0.1", port: 2525, isNumeric: true });
    expect(`${address}`).toBe("127.0.0.1:2525");
  });

  test("of a port alone is every interface", () => {
    expect(`${new InternetAddress(2525)}`).toBe("0.0.0.0:2525");
    expect(new InternetAddress("", 2525).host).toBe(InternetAddress.ADDR_ANY);
  });

  test("of a name is not numeric", () => {
    for (const name of [
      "localhost",
      "example.org",
      "example.org.",
      "a_b",
      "xn--mnchen-3ya.de",
      "münchen.de",
      "1.2.3.4a",
    ]) {
      expect(new InternetAddress(name, 1).isNumeric).toBe(false);
    }
  });

  test.each(["1.2.3", "1.2.3.256", "01.2.3.4", "127.1", "0x7f.1", "a.0x7f", "2130706433", "1.2.3.4."])(
    "refuses %s, which is neither an address nor a name",
    (host) => {
      expect(() => new InternetAddress(host, 1)).toThrow(TypeError);
    },
  );

  test.each(["exa mple", "a..b", ".", "a/b", "a@b", "a\0", "[a]", "a:b", "a".repeat(64), `${"a.".repeat(127)}bc`])(
    "refuses %j, which cannot be a name",
    (host) => {
      expect(() => new InternetAddress(host, 1)).toThrow(TypeError);
    },
  );

  test("cannot be changed", () => {
    expect(Object.isFrozen(new InternetAddress(1))).toBe(true);
  });

  test("refuses an IPv6 address", () => {
    expect(() => new InternetAddress("::1", 80)).toThrow(TypeError);
  });

  test("refuses a host that is no string", () => {
    expect(() => new InternetAddress(undefined as unknown as string, 80)).toThrow(TypeError);
  });

  test.each([-1, 65536, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "80", undefined])("refuses port %s", (port) => {
    expect(() => new InternetAddress("127.0.0.1", port as number)).toThrow(RangeError);
  });

  test("refuses a lone port that is none", () => {
    expect(() => new InternetAddress(65536)).toThrow(RangeError);
  });

  test("equals() compares family, host and port", () => {
    const address = new InternetAddress("127.0.0.1", 80);
    expect(address.equals(new InternetAddress("127.0.0.1", 80))).toBe(true);
    expect(address.equals(new InternetAddress("127.0.0.1", 81))).toBe(false);
    expect(address.equals(new InternetAddress("127.0.0.2", 80))).toBe(false);
    expect(new InternetAddress("localhost", 80).equals(new Internet6Address("localhost", 80))).toBe(false);
  });
});

describe("Internet6Address", () => {
  test("keeps the canonical form of RFC 5952", () => {
    expect(new Internet6Address("0:0:0:0:0:0:0:1", 80).host).toBe("::1");
    expect(new Internet6Address("2001:DB8:0:0:1:0:0:1", 80).host).toBe("2001:db8::1:0:0:1");
    expect(new Internet6Address("::ffff:127.0.0.1", 80).host).toBe("::ffff:127.0.0.1");
    expect(new Internet6Address("1::2:3:4:1.2.3.4", 80).host).toBe("1::2:3:4:102:304");
    expect(new Internet6Address("::ffff:1:2", 80).host).toBe("::ffff:0.1.0.2");
  });

  test("prints brackets around an address, and none around a name", () => {
    expect(`${new Internet6Address("::1", 80)}`).toBe("[::1]:80");
    expect(`${new Internet6Address("localhost", 80)}`).toBe("localhost:80");
    expect(`${new Internet6Address(80)}`).toBe("[::]:80");
  });

  test("keeps the zone of a link-local address", () => {
    expect(new Internet6Address("FE80::1%eth0", 80)).toMatchObject({ host: "fe80::1%eth0", isNumeric: true });
  });

  test("keeps the scope of a link-local address, from the host or from the details", () => {
    expect(new Internet6Address("fe80::1%eth0", 80).scopeId).toBe("eth0");
    expect(new Internet6Address("fe80::1%4", 80).scopeId).toBe(4);
    expect(new Internet6Address("fe80::1", 80).scopeId).toBe(0);
    expect(new Internet6Address("fe80::1", 80, { scopeId: 4 }).host).toBe("fe80::1%4");
    expect(new Internet6Address("fe80::1", 80, { scopeId: "eth0" }).host).toBe("fe80::1%eth0");
    expect(new Internet6Address("fe80::1%eth0", 80, { scopeId: "eth0" }).host).toBe("fe80::1%eth0");
    expect(new Internet6Address("fe80::1%0", 80).host).toBe("fe80::1");
    expect(new Internet6Address("fe80::1", 80, { scopeId: 0 }).host).toBe("fe80::1");
  });

  test("refuses a scope that contradicts the host, or is none", () => {
    expect(() => new Internet6Address("fe80::1%eth0", 80, { scopeId: "eth1" })).toThrow(TypeError);
    expect(() => new Internet6Address("localhost", 80, { scopeId: 1 })).toThrow(TypeError);
    expect(() => new Internet6Address("fe80::1", 80, { scopeId: "a b" })).toThrow(TypeError);
    expect(() => new Internet6Address("fe80::1", 80, { scopeId: -1 })).toThrow(RangeError);
    expect(() => new Internet6Address("fe80::1%", 80)).toThrow(TypeError);
  });

  test("keeps and compares the flow", () => {
    const address = new Internet6Address("::1", 80, { flowInfo: 0xfffff });
    expect(address.flowInfo).toBe(0xfffff);
    expect(address.equals(new Internet6Address("::1", 80))).toBe(false);
    expect(address.equals(new Internet6Address("::1", 80, { flowInfo: 0xfffff }))).toBe(true);
    for (const flowInfo of [-1, 1.5, 2 ** 32]) {
      expect(() => new Internet6Address("::1", 80, { flowInfo })).toThrow(RangeError);
    }
  });

  test("of a name is not numeric", () => {
    expect(new Internet6Address("localhost", 1).isNumeric).toBe(false);
  });

  test.each([":", "1::2::3", "::g", "12345::", "fe80::1%a%b", "::1%\0"])("refuses %j", (host) => {
    expect(() => new Internet6Address(host, 1)).toThrow(TypeError);
  });

  test("equal addresses written differently are equal", () => {
    expect(new Internet6Address("0::1", 80).equals(new Internet6Address("::1", 80))).toBe(true);
  });

  test("refuses an IPv4 address, and a bad port", () => {
    expect(() => new Internet6Address("127.0.0.1", 80)).toThrow(TypeError);
    expect(() => new Internet6Address("::1", -1)).toThrow(RangeError);
  });
});

describe("the family of an address", () => {
  test("makes a socket for it, whatever address it is", () => {
    const Socket = memorySockets();
    for (const text of ["127.0.0.1:80", "[::1]:80", "unix:/app"]) {
      // Address["family"] is an AddressFamily: this compiles.
      const { family } = parseAddress(text);
      expect(new Socket(family, SocketType.STREAM).family).toBe(family);
    }
  });
});

describe("numericAddress()", () => {
  test("tells apart what it remembers in one place", () => {
    const told = ["10.0.0.1:64", "10.0.0.2:64", "10.0.0.1:128", "10.0.0.1:64", "10.0.0.1:64"];
    const addresses = told.map((text) => numericAddress(text.split(":")[0] as string, Number(text.split(":")[1])));
    expect(addresses.map(String)).toEqual(told);
    expect(() => numericAddress("10.0.0.1", 65536 + 64)).toThrow(RangeError);
  });

  test("picks the family by the text", () => {
    expect(numericAddress("10.0.0.1", 1)).toBeInstanceOf(InternetAddress);
    expect(numericAddress("::1", 1)).toBeInstanceOf(Internet6Address);
  });

  test("refuses a name, and a bad port", () => {
    expect(() => numericAddress("localhost", 1)).toThrow(TypeError);
    expect(() => numericAddress("::1", 65536)).toThrow(RangeError);
  });
});

test("isUnspecified() knows every interface of each family, whatever the port, from one interface, a name and a path", () => {
  const every = [
    new InternetAddress(7),
    new InternetAddress("", 0),
    new Internet6Address(7),
    new Internet6Address("0::0", 0),
  ];
  expect(every.map(isUnspecified)).toEqual([true, true, true, true]);
  const one = [
    new InternetAddress("127.0.0.1", 0),
    new Internet6Address("::1", 0),
    new InternetAddress("localhost", 0),
  ];
  expect([...one, new UnixAddress("/0.0.0.0"), UnixAddress.UNNAMED].map(isUnspecified)).toEqual(Array(5).fill(false));
});
