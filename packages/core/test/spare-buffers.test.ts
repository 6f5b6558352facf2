import { describe, expect, test } from "vitest";
import { giveBackBuffer, LARGEST_BUFFER_BYTES, takeBuffer } from "../dist/index.js";

describe("takeBuffer()", () => {
  test("gives a buffer that is large enough, and little larger", () => {
    const lengths = [0, 1, 1024, 1025, 8192, 8193, LARGEST_BUFFER_BYTES];
    expect(lengths.map((length) => takeBuffer(length).length)).toEqual([1024, 1024, 1024, 8192, 8192, 65536, 65536]);
  });

  test("refuses to give more than the largest", () => {
    expect(() => takeBuffer(LARGEST_BUFFER_BYTES + 1)).toThrow(RangeError);
    expect(() => takeBuffer(Number.NaN)).toThrow(RangeError);
  });

  test("gives again what was given back, but for what is none of its own", () => {
    const buffer = takeBuffer(9000);
    giveBackBuffer(buffer);
    giveBackBuffer(new Uint8Array(9000));
    expect(takeBuffer(9000)).toBe(buffer);
    expect(takeBuffer(9000)).not.toBe(buffer);
  });

  test("keeps so many of a size, and no more", () => {
    const given = Array.from({ length: 100 }, () => takeBuffer(LARGEST_BUFFER_BYTES));
    expect(new Set(given).size).toBe(100);
    for (const buffer of given) giveBackBuffer(buffer);
    const again = given.map(() => takeBuffer(LARGEST_BUFFER_BYTES));
    expect(again.filter((buffer) => given.includes(buffer))).toHaveLength(8);
  });
});
