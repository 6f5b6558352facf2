import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Address,
  AddressFamily,
  addressFromJSON,
  Internet6Address,
  InternetAddress,
  type ParseAddressOptions,
  parseAddress,
  UnixAddress,
  UnknownAddress,
} from "../dist/index.js";

const port = fc.nat(65535);
const internet = fc.tuple(fc.ipV4(), port).map(([host, at]) => new InternetAddress(host, at));
const internet6 = fc
  .tuple(fc.ipV6(), port, fc.option(fc.constantFrom("eth0", "lo", 4), { nil: undefined }))
  .map(([host, at, scopeId]) => new Internet6Address(host, at, scopeId === undefined ? {} : { scopeId }));
const name = fc.tuple(fc.domain(), port).map(([host, at]) => new InternetAddress(host, at));
const unix = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((path) => !path.includes("\0") && !path.startsWith("@"))
  .map((path) => new UnixAddress(path));
const abstract = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((path) => !path.includes("\0"))
  .map((path) => UnixAddress.abstract(path));
const unknown = fc
  .tuple(fc.nat(65535), fc.uint8Array({ maxLength: 30 }))
  .map(([family, bytes]) => new UnknownAddress(family, bytes));
const named: fc.Arbitrary<Address> = fc.oneof(internet, internet6, name, unix, abstract);

describe("parseAddress()", () => {
  test("undoes toString()", () => {
    fc.assert(fc.property(named, (address) => address.equals(parseAddress(address.toString()))));
  });

  test("never throws anything but a TypeError, a RangeError or ENAMETOOLONG", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[[\]:@.%\da-f]*$/)), (text) => {
        try {
          return parseAddress(text).toString() !== "";
        } catch (error) {
          const isTyped = error instanceof TypeError || error instanceof RangeError;
          return isTyped || (error as { code?: string }).code === "ENAMETOOLONG";
        }
      }),
    );
  });

  test.each<[string, Address]>([
    ["127.0.0.1:80", new InternetAddress("127.0.0.1", 80)],
    ["[::1]:80", new Internet6Address("::1", 80)],
    ["[0:0::1]:80", new Internet6Address("::1", 80)],
    ["[fe80::1%eth0]:80", new Internet6Address("fe80::1%eth0", 80)],
    ["localhost:0", new InternetAddress("localhost", 0)],
    ["unix:/run/app.sock", new UnixAddress("/run/app.sock")],
    ["unix:app:1", new UnixAddress("app:1")],
    ["unix:@app", new UnixAddress("\0app")],
  ])("parses %s", (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  test.each<[string, Address]>([
    ["127.0.0.1", new InternetAddress("127.0.0.1", 7)],
    ["::1", new Internet6Address("::1", 7)],
    ["[::1]", new Internet6Address("::1", 7)],
    ["fe80::1%2", new Internet6Address("fe80::1", 7, { scopeId: 2 })],
    ["example.org", new InternetAddress("example.org", 7)],
    ["example.org:8", new InternetAddress("example.org", 8)],
  ])("gives %s the default port, unless it has one", (text, address) => {
    expect(parseAddress(text, { port: 7 })).toEqual(address);
  });

  test("takes the family for a name, and for nothing else", () => {
    const options: ParseAddressOptions = { family: AddressFamily.INET6 };
    expect(parseAddress("localhost:80", options)).toEqual(new Internet6Address("localhost", 80));
    expect(parseAddress("127.0.0.1:80", options)).toEqual(new InternetAddress("127.0.0.1", 80));
  });

  test.each([
    "",
    ":80",
    "localhost",
    "::1",
    "[::1]",
    "[127.0.0.1]:80",
    "[localhost]:80",
    "[::1]80",
    "[::1:80",
    "1.2.3.256:80",
    "exa mple:80",
    "http://example.org:80",
    "unix:",
    "unix:@",
  ])("refuses %j", (text) => {
    expect(() => parseAddress(text)).toThrow(TypeError);
  });

  test.each(["localhost:", "localhost:65536", "localhost:-1", "localhost:0x50", "localhost:http", "[::1]:1e3"])(
    "refuses the port of %s",
    (text) => {
      expect(() => parseAddress(text)).toThrow(RangeError);
    },
  );
});

describe("addressFromJSON()", () => {
  test("undoes JSON.stringify()", () => {
    fc.assert(
      fc.property(fc.oneof(named, unknown), (address) => {
        const back = addressFromJSON(JSON.parse(JSON.stringify(address)));
        return address.equals(back) && back.equals(address) && `${back}` === `${address}`;
      }),
    );
  });

  test("gives back the unnamed address, and the flow", () => {
    expect(addressFromJSON({ family: "UNIX", path: "" })).toBe(UnixAddress.UNNAMED);
    const address = new Internet6Address("::1", 80, { flowInfo: 5 });
    expect(addressFromJSON(JSON.parse(JSON.stringify(address)))).toEqual(address);
  });

  test.each([null, 1, "127.0.0.1:80", {}, { family: "INET" }, { family: "IPX", host: "a", port: 1 }, { family: 1 }])(
    "refuses %j",
    (json) => {
      expect(() => addressFromJSON(json)).toThrow(TypeError);
    },
  );

  test("refuses a port out of range", () => {
    expect(() => addressFromJSON({ family: "INET", host: "127.0.0.1", port: 65536 })).toThrow(RangeError);
  });
});
