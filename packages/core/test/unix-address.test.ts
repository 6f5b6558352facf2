import { describe, expect, test } from "vitest";
import { AddressFamily, InternetAddress, SocketError, UnixAddress, UnknownAddress } from "../dist/index.js";

describe("UnixAddress", () => {
  test("keeps a path", () => {
    const address = new UnixAddress("/run/app.sock");
    expect(address).toMatchObject({
      family: AddressFamily.UNIX,
      path: "/run/app.sock",
      host: "/run/app.sock",
      port: 0,
    });
    expect(address).toMatchObject({ isAbstract: false, isUnnamed: false, isNumeric: true });
    expect(`${address}`).toBe("unix:/run/app.sock");
  });

  test("keeps an abstract name, whose NUL is an @ in text", () => {
    const address = UnixAddress.abstract("app");
    expect(address.equals(new UnixAddress("\0app"))).toBe(true);
    expect(address).toMatchObject({ path: "\0app", host: "@app", isAbstract: true });
    expect(`${address}`).toBe("unix:@app");
  });

  test("of a file whose name begins with @ is no abstract name", () => {
    expect(new UnixAddress("@app")).toMatchObject({ path: "@app", isAbstract: false });
    expect(`${new UnixAddress("@app")}`).toBe("unix:./@app");
  });

  test("UNNAMED has no path", () => {
    expect(UnixAddress.UNNAMED).toMatchObject({ path: "", isUnnamed: true, isAbstract: false });
    expect(`${UnixAddress.UNNAMED}`).toBe("unix:");
  });

  test("counts bytes, not letters: 107 fit, 108 are ENAMETOOLONG", () => {
    expect(new UnixAddress(`/${"é".repeat(53)}`).path).toHaveLength(54);
    for (const path of [`/${"a".repeat(107)}`, `/${"é".repeat(53)}a`]) {
      expect(() => new UnixAddress(path)).toThrow(SocketError);
      expect(() => new UnixAddress(path)).toThrow(expect.objectContaining({ code: "ENAMETOOLONG", address: path }));
    }
    expect(UnixAddress.abstract("a".repeat(106)).isAbstract).toBe(true);
    expect(() => UnixAddress.abstract("a".repeat(107))).toThrow(SocketError);
  });

  test.each(["", "\0", "/a\0b", "\0a\0", "\ud800", undefined, 7])("refuses %j", (path) => {
    expect(() => new UnixAddress(path as string)).toThrow(TypeError);
  });

  test("equals() compares the path, letter by letter", () => {
    expect(new UnixAddress("/a").equals(new UnixAddress("/a"))).toBe(true);
    expect(new UnixAddress("/a").equals(new UnixAddress("/./a"))).toBe(false);
    expect(new UnixAddress("a").equals(UnixAddress.abstract("a"))).toBe(false);
    expect(new UnixAddress("a").equals(new InternetAddress("a", 0))).toBe(false);
  });

  test("cannot be changed", () => {
    expect(Object.isFrozen(new UnixAddress("/a"))).toBe(true);
    expect(Object.isFrozen(UnixAddress.UNNAMED)).toBe(true);
  });
});

describe("UnknownAddress", () => {
  test("keeps the family's number and the bytes, a copy", () => {
    const bytes = Uint8Array.of(0, 255);
    const address = new UnknownAddress(16, bytes);
    bytes[0] = 1;
    expect(address).toMatchObject({ family: 16, host: "00ff", port: 0 });
    expect(address.bytes).toEqual(Uint8Array.of(0, 255));
    expect(`${address}`).toBe("family 16: 00ff");
  });

  test("equals() compares family and bytes", () => {
    const address = new UnknownAddress(16, Uint8Array.of(1));
    expect(address.equals(new UnknownAddress(16, Uint8Array.of(1)))).toBe(true);
    expect(address.equals(new UnknownAddress(17, Uint8Array.of(1)))).toBe(false);
    expect(address.equals(new UnknownAddress(16, Uint8Array.of(2)))).toBe(false);
  });

  test("refuses a family that is no number, and bytes that are none", () => {
    expect(() => new UnknownAddress(-1, new Uint8Array())).toThrow(RangeError);
    expect(() => new UnknownAddress(16, [1] as unknown as Uint8Array)).toThrow(TypeError);
  });
});
