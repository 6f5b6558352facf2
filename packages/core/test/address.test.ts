import { describe, expect, test } from "vitest";
import { AddressFamily, Internet6Address, InternetAddress, numericAddress } from "../dist/index.js";

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
    for (const name of ["localhost", "example.org", "1.2.3", "1.2.3.256", "01.2.3.4"]) {
      expect(new InternetAddress(name, 1).isNumeric).toBe(false);
    }
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
    expect(new Internet6Address("::ffff:127.0.0.1", 80).host).toBe("::ffff:7f00:1");
  });

  test("prints brackets around an address, and none around a name", () => {
    expect(`${new Internet6Address("::1", 80)}`).toBe("[::1]:80");
    expect(`${new Internet6Address("localhost", 80)}`).toBe("localhost:80");
    expect(`${new Internet6Address(80)}`).toBe("[::]:80");
  });

  test("keeps the zone of a link-local address", () => {
    expect(new Internet6Address("FE80::1%eth0", 80)).toMatchObject({ host: "fe80::1%eth0", isNumeric: true });
  });

  test("of what is no address is a name", () => {
    for (const name of ["localhost", ":", "1::2::3", "::g", "12345::"]) {
      expect(new Internet6Address(name, 1).isNumeric).toBe(false);
    }
  });

  test("equal addresses written differently are equal", () => {
    expect(new Internet6Address("0::1", 80).equals(new Internet6Address("::1", 80))).toBe(true);
  });

  test("refuses an IPv4 address, and a bad port", () => {
    expect(() => new Internet6Address("127.0.0.1", 80)).toThrow(TypeError);
    expect(() => new Internet6Address("::1", -1)).toThrow(RangeError);
  });
});

describe("numericAddress()", () => {
  test("picks the family by the text", () => {
    expect(numericAddress("10.0.0.1", 1)).toBeInstanceOf(InternetAddress);
    expect(numericAddress("::1", 1)).toBeInstanceOf(Internet6Address);
  });

  test("refuses a name, and a bad port", () => {
    expect(() => numericAddress("localhost", 1)).toThrow(TypeError);
    expect(() => numericAddress("::1", 65536)).toThrow(RangeError);
  });
});
