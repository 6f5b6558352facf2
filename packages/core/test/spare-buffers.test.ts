import { describe, expect, test } from "vitest";
import { LARGEST_BUFFER_BYTES, takeBuffer } from "../dist/index.js";

describe("takeBuffer()", () => {
  test("gives a buffer that is large enough, and little larger", () => {
    const lengths = [0, 1, 1024, 1025, 8192, 8193, LARGEST_BUFFER_BYTES];
    const given = lengths.map((length) => takeBuffer(length).bytes.length);
    expect(given).toEqual([1024, 1024, 1024, 8192, 8192, 65536, 65536]);
  });

  test("refuses to give more than the largest", () => {
    expect(() => takeBuffer(LARGEST_BUFFER_BYTES + 1)).toThrow(RangeError);
    expect(() => takeBuffer(Number.NaN)).toThrow(RangeError);
  });

  test("gives again what was given back, once however often that was", () => {
    const buffer = takeBuffer(9000);
    buffer.giveBack();
    buffer.giveBack();
    expect(takeBuffer(9000)).toBe(buffer);
    expect(takeBuffer(9000)).not.toBe(buffer);
    buffer.giveBack();
    expect(takeBuffer(9000)).toBe(buffer);
  });

  test("keeps so many of a size, and no more", () => {
    const given = Array.from({ length: 100 }, () => takeBuffer(LARGEST_BUFFER_BYTES));
    expect(new Set(given).size).toBe(100);
    for (const buffer of given) buffer.giveBack();
    const again = given.map(() => takeBuffer(LARGEST_BUFFER_BYTES));
    expect(again.filter((buffer) => given.includes(buffer))).toHaveLength(8);
  });
});

describe("SpareBuffer.first()", () => {
  test("is a view of the first bytes, the same one as long as the length is", () => {
    const buffer = takeBuffer(100);
    buffer.bytes.set([1, 2, 3]);
    const two = buffer.first(2);
    expect(two).toEqual(Uint8Array.of(1, 2));
    expect(buffer.first(2)).toBe(two);
    expect(buffer.first(3)).toEqual(Uint8Array.of(1, 2, 3));
    expect(buffer.first(buffer.bytes.length)).toHaveLength(buffer.bytes.length);
  });
});
