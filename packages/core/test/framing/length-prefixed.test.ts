import { describe, expect, test } from "vitest";
import { Encoder, type LengthPrefixedOptions, lengthPrefixed } from "../../dist/framing/index.js";
import { bytes, decode, shown, thrown } from "./support.ts";

const wire = (options: LengthPrefixedOptions, frame: Uint8Array): string => {
  return shown(new Encoder(lengthPrefixed(options)).encode(frame));
};

describe("lengthPrefixed()", () => {
  test("writes each length in its format", () => {
    const frame = bytes("xyz");
    const expected: [LengthPrefixedOptions, string][] = [
      [{}, "00000003"],
      [{ length: "u8" }, "03"],
      [{ length: "u16" }, "0003"],
      [{ length: "u16", endian: "little" }, "0300"],
      [{ length: "u24" }, "000003"],
      [{ length: "u24", endian: "little" }, "030000"],
      [{ length: "u32", endian: "little" }, "03000000"],
      [{ length: "u64" }, "0000000000000003"],
      [{ length: "u64", endian: "little" }, "0300000000000000"],
      [{ length: "varint" }, "03"],
      [{ length: { digits: 5 } }, shown(bytes("00003"))],
      [{ length: "u8", headerOffset: 2 }, "000003"],
      [{ length: "u8", lengthIncludesHeader: true }, "04"],
      [{ length: "u8", headerOffset: 1, lengthIncludesHeader: true }, "0005"],
      [{ length: "u8", lengthAdjustment: 2 }, "01"],
      [{ length: "u8", lengthAdjustment: -2 }, "05"],
    ];
    for (const [options, header] of expected) {
      expect(wire(options, frame)).toBe(header + shown(frame));
      expect(decode(lengthPrefixed(options), bytes(...hex(header), frame)).frames).toEqual([shown(frame)]);
    }
  });

  test("reads all 32 bits of a length as unsigned", () => {
    const codec = lengthPrefixed({ maxFrameLength: 0 });
    expect(decode(codec, bytes(0xff, 0xff, 0xff, 0xfe)).error).toContain(`announced ${0xfffffffe}`);
  });

  test("varint lengths have as many bytes as they need", () => {
    for (const [length, header] of [
      [127, "7f"],
      [128, "8001"],
      [16383, "ff7f"],
      [16384, "808001"],
    ] as const) {
      expect(wire({ length: "varint" }, new Uint8Array(length)).slice(0, header.length)).toBe(header);
    }
  });

  test("a varint that counts itself settles on its width", () => {
    const options = { length: "varint", lengthIncludesHeader: true } as const;
    for (const length of [0, 125, 126, 127, 128, 16380, 16381, 16382, 16384]) {
      const frame = new Uint8Array(length);
      const codec = lengthPrefixed(options);
      expect(decode(codec, new Encoder(codec).encode(frame)).frames).toEqual([shown(frame)]);
    }
  });

  test("a varint that is not in the fewest bytes is malformed", () => {
    const codec = lengthPrefixed({ length: "varint" });
    for (const header of [
      [0x80, 0],
      [0x83, 0x80, 0],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
    ]) {
      expect(decode(codec, bytes(...header)).error).toMatch(/^malformed at 0/);
    }
    expect(decode(codec, new Uint8Array(11).fill(0x80)).error).toMatch(/^malformed at 0/);
  });

  test("a varint of 64 bits is too long, not malformed", () => {
    expect(decode(lengthPrefixed({ length: "varint" }), bytes(...Array(9).fill(0xff), 1)).error).toMatch(
      /^too-long at 0/,
    );
  });

  test("decimal lengths are digits only", () => {
    const codec = lengthPrefixed({ length: { digits: 3 } });
    for (const header of ["0 1", "+01", "1e1", "00x"])
      expect(decode(codec, bytes(header)).error).toMatch(/^malformed at 0/);
  });

  test("a length that leaves less than nothing is malformed", () => {
    const codec = lengthPrefixed({ length: "u8", lengthIncludesHeader: true });
    expect(decode(codec, bytes(1, 2, "a", 0)).error).toMatch(/^malformed at 3/);
  });

  test("the limit is checked as soon as the header is there, and the error says both lengths", () => {
    expect(decode(lengthPrefixed(), bytes(0, 0x10, 0, 1)).error).toBe(
      "too-long at 0, limit 1048576, announced 1048577",
    );
    expect(decode(lengthPrefixed(), bytes(0, 0x10, 0, 0)).error).toMatch(/^truncated/);
  });

  test("with the header kept, it counts for the limit and says the frame's length", () => {
    const codec = lengthPrefixed({ length: "u8", headerOffset: 1, header: "keep", maxFrameLength: 4 });
    expect(decode(codec, bytes(9, 2, "ab", 9, 3)).frames).toEqual([shown(bytes(9, 2, "ab"))]);
    expect(decode(codec, bytes(9, 3)).error).toContain("limit 4, announced 5");
    expect(shown(new Encoder(codec).encode(bytes(9, 1, "a")))).toBe(shown(bytes(9, 1, "a")));
    for (const frame of [bytes(9, 2, "a"), bytes(9, 1, "ab"), bytes(9)]) {
      expect(thrown(() => new Encoder(codec).encode(frame))).toMatchObject({ code: "malformed" });
    }
  });

  test("does not send what its header cannot say", () => {
    const error = thrown(() => wire({ length: "u8" }, new Uint8Array(256)));
    expect(error).toMatchObject({ code: "too-long", position: 0, limit: 255, announced: 256 });
    const digits = { length: { digits: 2 }, lengthIncludesHeader: true } as const;
    expect(thrown(() => wire(digits, new Uint8Array(98)))).toMatchObject({
      code: "too-long",
      limit: 97,
      announced: 98,
    });
    expect(thrown(() => wire({ lengthAdjustment: 2 }, new Uint8Array(1)))).toMatchObject({ code: "malformed" });
    expect(thrown(() => wire({ maxFrameLength: 2 }, new Uint8Array(3)))).toMatchObject({ code: "too-long", limit: 2 });
  });

  test("refuses bad options at once", () => {
    const ranges: LengthPrefixedOptions[] = [
      { headerOffset: -1 },
      { headerOffset: 0.5 },
      { maxFrameLength: -1 },
      { maxFrameLength: Number.POSITIVE_INFINITY },
      { lengthAdjustment: Number.NaN },
      { length: { digits: 0 } },
      { length: { digits: 16 } },
    ];
    for (const options of ranges) expect(thrown(() => lengthPrefixed(options))).toBeInstanceOf(RangeError);
    const types = [{ length: "u12" }, { endian: "middle" }, { header: "drop" }, { maxFrameLength: "1" }];
    for (const options of types) {
      expect(thrown(() => lengthPrefixed(options as unknown as LengthPrefixedOptions))).toBeInstanceOf(TypeError);
    }
  });

  test("refuses options with which no frame has a length, and such as make inexact numbers short", () => {
    const refused: LengthPrefixedOptions[] = [
      { length: "u8", lengthAdjustment: -300 },
      { length: { digits: 1 }, headerOffset: 10, lengthIncludesHeader: true },
      { length: "u64", lengthAdjustment: -Number.MAX_SAFE_INTEGER },
    ];
    for (const options of refused) expect(thrown(() => lengthPrefixed(options))).toBeInstanceOf(RangeError);
    const includes = "no" as unknown as boolean;
    expect(thrown(() => lengthPrefixed({ lengthIncludesHeader: includes }))).toBeInstanceOf(TypeError);
    const greatest = bytes(...Array(8).fill(0xff));
    expect(decode(lengthPrefixed({ length: "u64", lengthAdjustment: -(2 ** 32) }), greatest).error).toMatch(
      /^too-long/,
    );
  });

  test("refuses a frame that is no Uint8Array", () => {
    const frame = new ArrayBuffer(4) as unknown as Uint8Array;
    for (const header of ["keep", "strip"] as const) {
      expect(thrown(() => new Encoder(lengthPrefixed({ header })).encode(frame))).toBeInstanceOf(TypeError);
    }
  });
});

function hex(digits: string): number[] {
  return (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}
