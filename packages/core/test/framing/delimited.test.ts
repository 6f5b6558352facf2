import { describe, expect, test } from "vitest";
import { Decoder, delimited, Encoder, type FrameError } from "../../dist/framing/index.js";
import { ascii, bytes, decode, encoded, shown, thrown } from "./support.ts";

const frames = (...parts: string[]): string[] => parts.map((part) => shown(bytes(part)));

function hugeBytes(length: number): Uint8Array | undefined {
  try {
    return new Uint8Array(length);
  } catch {
    return undefined;
  }
}

describe("delimited()", () => {
  test("strips the delimiter, or keeps it", () => {
    expect(decode(delimited("--"), bytes("a--b-c----")).frames).toEqual(frames("a", "b-c", ""));
    expect(decode(delimited("--", { delimiter: "keep" }), bytes("a--b-c----")).frames).toEqual(
      frames("a--", "b-c--", "--"),
    );
  });

  test("finds a delimiter that spans chunks, also after what looks like its beginning", () => {
    const codec = delimited("aab");
    for (const size of [1, 2, 3, 4, 5]) {
      expect(decode(codec, bytes("xaaaab", "aab", "aaaaab"), [size]).frames).toEqual(frames("xaa", "", "aaa"));
    }
  });

  test("finds every value of byte, wherever it lies", () => {
    for (const delimiter of [0, 1, 0x7f, 0x80, 0xff]) {
      for (let length = 0; length < 140; length++) {
        const frame = new Uint8Array(length).fill(delimiter ^ 1);
        const stream = bytes(1, frame, delimiter, frame, delimiter).subarray(1);
        expect(decode(delimited(new Uint8Array([delimiter])), stream).frames).toEqual([shown(frame), shown(frame)]);
      }
    }
  });

  test("a frame of just the limit passes, one byte more does not", () => {
    const codec = delimited("\r\n", { maxFrameLength: 3 });
    expect(decode(codec, bytes("abc\r\n")).frames).toEqual(frames("abc"));
    expect(decode(codec, bytes("abcd\r\n")).error).toMatch(/^too-long at 0, limit 3/);
  });

  test("fails as soon as no delimiter can come in time", () => {
    for (const options of [{ maxFrameLength: 3 }, { maxFrameLength: 5, delimiter: "keep" }] as const) {
      const decoder = new Decoder(delimited("\r\n", options));
      expect([...decoder.push(bytes("abc\r"))]).toEqual([]);
      expect(thrown(() => [...decoder.push(bytes("x"))])).toMatchObject({ code: "too-long", position: 0 });
      const other = new Decoder(delimited("\r\n", options));
      expect(thrown(() => [...other.push(bytes("abcd"))])).toMatchObject({ code: "too-long", position: 0 });
    }
  });

  test("with recover: skip, discards a frame that is too long, and goes on", () => {
    const skipped: FrameError[] = [];
    const codec = delimited("\r\n", { maxFrameLength: 3, recover: "skip", onSkip: (error) => skipped.push(error) });
    for (const sizes of [[], [1], [2], [3], [7]]) {
      skipped.length = 0;
      const stream = bytes("ab\r\n", "much too long\r\r\n", "cd\r\n", "long\r\n", "ef\r\n");
      expect(decode(codec, stream, sizes)).toEqual({ frames: frames("ab", "cd", "ef"), error: undefined });
      expect(skipped.map(({ code, position }) => [code, position])).toEqual([
        ["too-long", 4],
        ["too-long", 24],
      ]);
    }
  });

  test("with recover: skip, a truncated tail is still an error", () => {
    expect(decode(delimited("\n", { recover: "skip" }), bytes("a\nb")).error).toMatch(/^truncated at 2/);
  });

  test("does not send what would be received otherwise", () => {
    const refused: [string, string][] = [
      ["\n", "a\nb"],
      ["\n", "a\n"],
      ["aa", "xa"],
      ["abab", "xab"],
    ];
    for (const [delimiter, frame] of refused) {
      expect(thrown(() => new Encoder(delimited(delimiter)).encode(bytes(frame)))).toMatchObject({ code: "malformed" });
    }
    const keeping = new Encoder(delimited("\n", { delimiter: "keep" }));
    for (const frame of ["", "a", "a\nb", "a\n\n"]) {
      expect(thrown(() => keeping.encode(bytes(frame)))).toMatchObject({ code: "malformed" });
    }
    expect(ascii(encoded(delimited("\n", { delimiter: "keep" }), [bytes("a\n")]))).toBe("a\n");
  });

  test("refuses bad options at once", () => {
    expect(thrown(() => delimited(""))).toBeInstanceOf(RangeError);
    expect(thrown(() => delimited(10 as unknown as string))).toBeInstanceOf(TypeError);
    expect(thrown(() => delimited("\n", { recover: "retry" as "skip" }))).toBeInstanceOf(TypeError);
    expect(thrown(() => delimited("\n", { delimiter: "cut" as "strip" }))).toBeInstanceOf(TypeError);
    expect(thrown(() => delimited("\n", { maxFrameLength: 0.5 }))).toBeInstanceOf(RangeError);
  });

  // Memory that nobody has written to is none yet.
  test("finds delimiters in a chunk of more than 4 GiB, on both sides of where 32 bits end", ({ skip }) => {
    const limit = 2 ** 32;
    const chunk = hugeBytes(limit + 1000);
    if (chunk === undefined) return skip("there are no buffers of 4 GiB here");
    const parts = ["x".repeat(150), "y".repeat(99), "", "z".repeat(300)];
    const stream = bytes(parts.map((part) => `${part}\r\n`).join(""));
    for (const before of [1, 100, 152, 153, 400]) {
      const start = limit - before;
      chunk.set(stream, start);
      const decoder = new Decoder(delimited("\r\n"));
      const found = Array.from(decoder.push(chunk, start, start + stream.length), shown);
      expect(found).toEqual(frames(...parts));
    }
  });

  test("skips no frame of which nothing has come", () => {
    const skipped: number[] = [];
    const onSkip = ({ position }: FrameError): unknown => skipped.push(position);
    const decoder = new Decoder(delimited("\n", { delimiter: "keep", maxFrameLength: 0, recover: "skip", onSkip }));
    for (const part of ["ab", "c\n", "\n"]) expect([...decoder.push(bytes(part))]).toEqual([]);
    expect([...decoder.end()]).toEqual([]);
    expect(skipped).toEqual([0, 4]);
  });

  test("refuses options and frames of the wrong type", () => {
    expect(thrown(() => delimited("\n", { onSkip: 5 as unknown as () => void }))).toBeInstanceOf(TypeError);
    const encoder = new Encoder(delimited("\n", { delimiter: "keep" }));
    expect(thrown(() => encoder.encode(new ArrayBuffer(4) as unknown as Uint8Array))).toBeInstanceOf(TypeError);
  });
});
