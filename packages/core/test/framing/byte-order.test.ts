import { describe, expect, test } from "vitest";
import { ByteReader, ByteWriter, htonl, htons, ntohl, ntohs } from "../../dist/framing/index.js";
import { shown, thrown } from "./support.ts";

describe("htons(), htonl()", () => {
  test("give the number whose bytes here are in network order", () => {
    expect([...new Uint8Array(new Uint16Array([htons(0x0102)]).buffer)]).toEqual([1, 2]);
    expect([...new Uint8Array(new Uint32Array([htonl(0x81020304)]).buffer)]).toEqual([0x81, 2, 3, 4]);
  });

  test("are undone by ntohs(), ntohl()", () => {
    for (const value of [0, 1, 0x80, 0x0102, 0xffff]) expect(ntohs(htons(value))).toBe(value);
    for (const value of [0, 1, 0x80000001, 0x01020304, 0xffffffff]) expect(ntohl(htonl(value))).toBe(value);
  });

  test("refuse what is no number of theirs", () => {
    for (const value of [-1, 0x10000, 0.5]) expect(thrown(() => htons(value))).toBeInstanceOf(RangeError);
    for (const value of [-1, 0x100000000]) expect(thrown(() => ntohl(value))).toBeInstanceOf(RangeError);
    expect(thrown(() => htons("1" as unknown as number))).toBeInstanceOf(TypeError);
  });
});

describe("ByteWriter and ByteReader", () => {
  test("agree on every field, in either order of bytes", () => {
    for (const little of [false, true]) {
      const written = new ByteWriter(64)
        .u8(0xfe)
        .u16(0xfedc, little)
        .u24(0xfedcba, little)
        .u32(0xfedcba98, little)
        .u64(0xfedcba9876543210n, little)
        .i8(-2)
        .i16(-300, little)
        .i32(-70_000, little)
        .i64(-5n, little)
        .f32(0.5, little)
        .f64(0.1, little)
        .bytes(new Uint8Array([7, 8]))
        .zeros(1)
        .text("é").written;
      const reader = new ByteReader(written);
      const read = [reader.u8(), reader.u16(little), reader.u24(little), reader.u32(little), reader.u64(little)];
      expect(read).toEqual([0xfe, 0xfedc, 0xfedcba, 0xfedcba98, 0xfedcba9876543210n]);
      expect([reader.i8(), reader.i16(little), reader.i32(little), reader.i64(little)]).toEqual([
        -2,
        -300,
        -70_000,
        -5n,
      ]);
      expect([reader.f32(little), reader.f64(little)]).toEqual([0.5, 0.1]);
      expect([shown(reader.bytes(2)), reader.skip(1).text(2), reader.remaining]).toEqual(["0708", "é", 0]);
    }
  });

  test("are in network order unless told otherwise", () => {
    expect(shown(new ByteWriter(5).u16(0x0102).u24(0x030405).written)).toBe("0102030405");
    expect(shown(new ByteWriter(3).u24(0x030405, true).written)).toBe("050403");
  });

  test("check bounds, and do nothing beyond them", () => {
    const reader = new ByteReader(new Uint8Array(3));
    expect(thrown(() => reader.u32())).toBeInstanceOf(RangeError);
    expect(thrown(() => reader.bytes(4))).toBeInstanceOf(RangeError);
    expect(thrown(() => reader.skip(-1))).toBeInstanceOf(RangeError);
    expect([reader.offset, reader.u24(), reader.rest().length]).toEqual([0, 0, 0]);
    const writer = new ByteWriter(new Uint8Array(3));
    expect(thrown(() => writer.u32(1))).toBeInstanceOf(RangeError);
    expect(thrown(() => writer.text("four"))).toBeInstanceOf(RangeError);
    expect([writer.offset, writer.u24(1).remaining]).toEqual([0, 0]);
  });

  test("check that a number fits its field", () => {
    const writer = new ByteWriter(64);
    const misfits = [
      () => writer.u8(256),
      () => writer.u16(-1),
      () => writer.u24(2 ** 24),
      () => writer.u32(2 ** 32),
      () => writer.u64(2n ** 64n),
      () => writer.i8(128),
      () => writer.i64(2n ** 63n),
      () => writer.u8(0.5),
    ];
    for (const write of misfits) expect(thrown(write)).toBeInstanceOf(RangeError);
    expect(writer.offset).toBe(0);
  });

  test("check the types of what they are given, and write nothing then", () => {
    const writer = new ByteWriter(8);
    const wrong: (() => unknown)[] = [
      () => writer.bytes("12" as unknown as Uint8Array),
      () => writer.f32(1n as unknown as number),
      () => writer.f64("1" as unknown as number),
      () => writer.u8("1" as unknown as number),
      () => writer.u64(5 as unknown as bigint),
      () => new ByteWriter(new Uint16Array(2) as unknown as Uint8Array),
      () => new ByteReader(new Uint16Array(2) as unknown as Uint8Array),
    ];
    for (const write of wrong) expect(thrown(write)).toBeInstanceOf(TypeError);
    expect(writer.offset).toBe(0);
  });

  test("work on a part of a buffer", () => {
    const whole = new Uint8Array([9, 1, 2, 9]);
    expect(new ByteReader(whole.subarray(1, 3)).u16()).toBe(0x0102);
    new ByteWriter(whole.subarray(1, 3)).u16(0x0304);
    expect(shown(whole)).toBe("09030409");
  });
});
