import { describe, expect, test } from "vitest";
import { Decoder, Encoder, type FrameError, lines, rawLines, typeLed } from "../../dist/framing/index.js";
import { ascii, bytes, decode, thrown } from "./support.ts";

const texts = (...lines: string[]): string[] => lines.map((line) => JSON.stringify(line));
/** More lines than are decoded together, so that both ways of decoding meet. */
const MANY = 2000;

describe("lines()", () => {
  test("ends a line at LF or CRLF, and takes neither into it", () => {
    expect(decode(lines(), bytes("a\nb\r\n\r\nc\rd\n")).frames).toEqual(texts("a", "b", "", "c\rd"));
  });

  test("with one ending, takes the other for content", () => {
    expect(decode(lines({ ending: "lf" }), bytes("a\r\n")).frames).toEqual(texts("a\r"));
    expect(decode(lines({ ending: "crlf" }), bytes("a\nb\rc\r\n")).frames).toEqual(texts("a\nb\rc"));
  });

  test("gives the same lines, whether many come together or few", () => {
    for (const ending of ["any", "lf", "crlf"] as const) {
      for (const sample of ["plain", "é€😀", "\ufeffmark", "\ufffd", "long ".repeat(50), ""]) {
        const codec = lines({ ending });
        const encoder = new Encoder(codec);
        const sent = Array.from({ length: MANY }, (_, i) => `${i} ${i % 7 === 3 ? sample : "x"}`);
        const stream = bytes(...sent.map((line) => encoder.encode(line)));
        expect(decode(codec, stream).frames).toEqual(texts(...sent));
        expect(decode(codec, stream, [1000, 17, 40_000]).frames).toEqual(texts(...sent));
      }
    }
  });

  test("a line that is not UTF-8 is malformed; those before it are given", () => {
    const good = "abc\n".repeat(MANY);
    for (const bad of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
      const { frames, error } = decode(lines(), bytes(good, ...bad, "\n", good));
      expect(frames).toEqual(Array(MANY).fill('"abc"'));
      expect(error).toMatch(new RegExp(`^malformed at ${good.length},`));
    }
  });

  test("with recover: skip, lines that are too long or not UTF-8 are skipped", () => {
    const skipped: FrameError[] = [];
    const codec = lines({ maxFrameLength: 5, recover: "skip", onSkip: (error) => skipped.push(error) });
    const good = "abc\n".repeat(MANY);
    const stream = bytes(good, 0xff, "\n", good, "abcdef\n", good);
    const { frames, error } = decode(codec, stream);
    expect(error).toBeUndefined();
    expect(frames).toEqual(Array(3 * MANY).fill('"abc"'));
    expect(skipped.map(({ code, position }) => [code, position])).toEqual([
      ["malformed", good.length],
      ["too-long", 2 * good.length + 2],
    ]);
  });

  test("the limit does not count the ending", () => {
    for (const codec of [lines({ maxFrameLength: 3 }), rawLines({ maxFrameLength: 3 })]) {
      for (const sizes of [[], [1]]) {
        expect(decode<unknown>(codec, bytes("abc\r\nabc\n"), sizes).frames).toHaveLength(2);
        expect(decode<unknown>(codec, bytes("abcd\n"), sizes).error).toMatch(/^too-long at 0, limit 3/);
        expect(decode<unknown>(codec, bytes("abc\rx"), sizes).error).toMatch(/^too-long at 0, limit 3/);
      }
    }
  });

  test("a limit below what is decoded together holds", () => {
    const codec = lines({ maxFrameLength: 40 });
    const stream = bytes("x".repeat(40), "\n", "x".repeat(41), "\n", "y\n".repeat(MANY));
    expect(decode(codec, stream)).toEqual({
      frames: texts("x".repeat(40)),
      error: "too-long at 41, limit 40, announced undefined",
    });
  });

  test("lines longer than what is decoded together come whole", () => {
    const long = "é".repeat(20_000);
    const stream = bytes("a\n", long, "\n", "b\n".repeat(MANY), long, "\n");
    expect(decode(lines(), stream).frames).toEqual(texts("a", long, ...Array(MANY).fill("b"), long));
  });

  test("gives no line of text decoded before, whatever a loop left of it and a buffer is filled with", () => {
    const decoder = new Decoder(lines());
    decoder.push(bytes("before\n".repeat(50)));
    expect(decoder.next().value).toBe("before");
    // Moved to a buffer of the decoder's own, where no line ends for longer than lines are decoded together.
    const long = "x".repeat(1100);
    decoder.push(bytes(long)).push(bytes("\nlast\n"));
    const given: string[] = [];
    for (const line of decoder) if (given.push(line) > 100) break;
    expect(given).toEqual([...Array(49).fill("before"), long, "last"]);
  });

  test("gives the lines of a buffer filled anew, also where one was skipped before", () => {
    const decoder = new Decoder(lines({ maxFrameLength: 50, recover: "skip" }));
    const buffer = new Uint8Array(1024);
    const pushed = (text: string): string[] => {
      const chunk = bytes(text);
      buffer.set(chunk);
      return [...decoder.push(buffer, 0, chunk.length)];
    };
    // The line behind the skipped one begins at 61, where in the next chunk one begins, too.
    expect(pushed(`${"L".repeat(60)}\nsecond\n${"é".repeat(20)}\n${`${"y".repeat(40)}\n`.repeat(5)}`)).toHaveLength(7);
    const short = ["A".repeat(29), "B".repeat(30), "third", "fourth"];
    expect(pushed(`${short.join("\n")}\n`)).toEqual(short);
  });

  test("does not send a line ending within a line", () => {
    for (const line of ["a\nb", "a\n", "a\r"]) {
      expect(thrown(() => new Encoder(lines()).encode(line))).toMatchObject({ code: "malformed" });
    }
    expect(ascii(new Encoder(lines({ ending: "lf" })).encode("a\r"))).toBe("a\r\n");
    expect(ascii(new Encoder(lines({ ending: "crlf" })).encode("a\n"))).toBe("a\n\r\n");
  });

  test("a last line without an ending is truncated, or with lastLine: keep a line", () => {
    for (const sizes of [[], [1], [2]]) {
      const stream = bytes("a\n", "é and more");
      expect(decode(lines(), stream, sizes)).toEqual({
        frames: texts("a"),
        error: "truncated at 2, limit undefined, announced undefined",
      });
      expect(decode(lines({ lastLine: "keep" }), stream, sizes)).toEqual({
        frames: texts("a", "é and more"),
        error: undefined,
      });
      expect(decode(lines({ lastLine: "keep" }), bytes("a\nb\r"), sizes).frames).toEqual(texts("a", "b\r"));
      expect(decode(rawLines({ lastLine: "keep" }), bytes("a\nb"), sizes).frames).toEqual(["61", "62"]);
      for (const whole of ["", "a\n", "a\r\n", "\n"]) {
        expect(decode(lines({ lastLine: "keep" }), bytes(whole), sizes)).toEqual(decode(lines(), bytes(whole), sizes));
      }
    }
  });

  test("a last line is held to the limit and to UTF-8, too", () => {
    const codec = lines({ lastLine: "keep", maxFrameLength: 3 });
    expect(decode(codec, bytes("a\nabc"))).toEqual({ frames: texts("a", "abc"), error: undefined });
    for (const [tail, error] of [
      ["abcd", "too-long at 2, limit 3, announced undefined"],
      ["abc\r", "too-long at 2, limit 3, announced undefined"],
      [new Uint8Array([0xc3]), "malformed at 2, limit undefined, announced undefined"],
    ] as const) {
      for (const sizes of [[], [1]]) {
        expect(decode(codec, bytes("a\n", tail), sizes)).toEqual({ frames: texts("a"), error });
        const skipped: string[] = [];
        const skipping = lines({
          lastLine: "keep",
          maxFrameLength: 3,
          recover: "skip",
          onSkip: ({ code, position }) => skipped.push(`${code} at ${position},`),
        });
        expect(decode(skipping, bytes("a\n", tail), sizes)).toEqual({ frames: texts("a"), error: undefined });
        expect(skipped).toEqual([error.slice(0, error.indexOf(",") + 1)]);
      }
    }
  });

  test("with recover: skip, the end within a line that is being skipped is no error", () => {
    for (const ending of ["lf", "crlf"] as const) {
      const codec = lines({ ending, maxFrameLength: 3, recover: "skip" });
      expect(decode(codec, bytes("abcdef\r"), [1])).toEqual({ frames: [], error: undefined });
    }
  });

  test("refuses an ending that it does not know", () => {
    expect(thrown(() => lines({ ending: "cr" as "lf" }))).toBeInstanceOf(TypeError);
    expect(thrown(() => lines({ lastLine: "drop" as "keep" }))).toBeInstanceOf(TypeError);
  });
});

describe("rawLines()", () => {
  test("gives bytes, unchecked", () => {
    expect([...new Decoder(rawLines()).push(bytes(0xff, "\r\n", "\n"))]).toEqual([
      new Uint8Array([0xff]),
      new Uint8Array(0),
    ]);
  });
});

describe("lines() within typeLed()", () => {
  const others = Array.from({ length: 100 }, () => "aé\n").join("");

  test("are no UTF-8 where only their type makes them so", () => {
    const codec = typeLed({ 97: lines(), 195: lines() });
    const { frames, error } = decode(codec, bytes(0xc3, "x\n", others, 0xc3, 0xa9, "\n"));
    expect(frames).toHaveLength(101);
    expect(error).toContain("malformed");
  });

  test("have their first byte where another line seemed to end", () => {
    const codec = typeLed({ 13: lines({ ending: "crlf" }), 97: lines() });
    const decoder = new Decoder(codec);
    const frames = [bytes("\rx\r\n", others, "\r\n"), bytes("z\r\n")].flatMap((chunk) =>
      Array.from(decoder.push(chunk), ({ frame }) => frame),
    );
    expect(frames).toEqual(["x", ...Array.from({ length: 100 }, () => "é"), "\nz"]);
  });
});
