import { describe, expect, test } from "vitest";
import {
  type Codec,
  Decoder,
  delimited,
  Encoder,
  FrameError,
  fixedLength,
  json,
  lengthPrefixed,
  lines,
  type MessageCodec,
  messages,
  rawLines,
  text,
  typeLed,
  untilClose,
} from "../../dist/framing/index.js";
import { ascii, bytes, decode, shown, thrown } from "./support.ts";

describe("fixedLength()", () => {
  test("cuts the stream into pieces", () => {
    expect(decode(fixedLength(2), bytes("abcd")).frames).toEqual([shown(bytes("ab")), shown(bytes("cd"))]);
    expect(decode(fixedLength(2), bytes("abc")).error).toMatch(/^truncated at 2/);
  });

  test("does not send frames of another length", () => {
    expect(thrown(() => new Encoder(fixedLength(2)).encode(bytes("a")))).toMatchObject({ code: "malformed" });
    expect(thrown(() => new Encoder(fixedLength(2)).encode("ab" as unknown as Uint8Array))).toBeInstanceOf(TypeError);
    const buffer = new ArrayBuffer(2) as unknown as Uint8Array;
    expect(thrown(() => new Encoder(fixedLength(2)).encode(buffer))).toBeInstanceOf(TypeError);
  });

  test("refuses a length that is no positive whole number", () => {
    for (const length of [0, -1, 1.5, Number.NaN]) expect(thrown(() => fixedLength(length))).toBeInstanceOf(RangeError);
    expect(thrown(() => fixedLength("2" as unknown as number))).toBeInstanceOf(TypeError);
  });
});

describe("untilClose()", () => {
  test("gives one frame, also an empty one", () => {
    expect(decode(untilClose(), bytes("abc"), [1]).frames).toEqual([shown(bytes("abc"))]);
    expect(decode(untilClose(), bytes()).frames).toEqual([""]);
  });

  test("fails at the first byte beyond the limit", () => {
    const decoder = new Decoder(untilClose({ maxFrameLength: 3 }));
    expect([...decoder.push(bytes("abc"))]).toEqual([]);
    expect(thrown(() => [...decoder.push(bytes("d"))])).toMatchObject({ code: "too-long", position: 0, limit: 3 });
  });

  test("sends one frame only", () => {
    const encoder = new Encoder(untilClose({ maxFrameLength: 3 }));
    expect(thrown(() => encoder.encode(bytes("abcd")))).toMatchObject({ code: "too-long" });
    expect(ascii(encoder.encode(bytes("abc")))).toBe("abc");
    expect(thrown(() => encoder.encode(bytes("d")))).toMatchObject({ code: "malformed", position: 3 });
  });
});

describe("typeLed()", () => {
  const codec = typeLed({ 1: 2, 2: lengthPrefixed({ length: "u8" }), 3: 0, 4: messages(delimited("\0"), text) });

  test("reads what the type byte says", () => {
    const stream = bytes(1, "ab", 2, 1, "c", 3, 4, "d\0");
    const frames = ["1:6162", "2:63", "3:", '4:"d"'];
    for (const sizes of [[], [1], [2], [3]]) expect(decode(codec, stream, sizes)).toEqual({ frames, error: undefined });
  });

  test("writes the type byte first", () => {
    const encoder = new Encoder(codec);
    expect(shown(encoder.encode({ type: 2, frame: bytes("c") }))).toBe("020163");
    expect(shown(encoder.encode({ type: 4, frame: "d" }))).toBe("046400");
  });

  test("an unknown type is malformed", () => {
    expect(decode(codec, bytes(3, 9)).error).toMatch(/^malformed at 1/);
    const frame = { type: 9, frame: bytes() } as unknown as { type: 1; frame: Uint8Array };
    expect(thrown(() => new Encoder(codec).encode(frame))).toMatchObject({ code: "malformed" });
  });

  test("a frame that cannot be sent leaves no type byte behind", () => {
    const encoder = new Encoder(codec);
    expect(thrown(() => encoder.encode({ type: 1, frame: bytes("abc") }))).toMatchObject({ code: "malformed" });
    expect(shown(encoder.encode({ type: 3, frame: bytes() }))).toBe("03");
  });

  test("refuses bad choices at once", () => {
    expect(thrown(() => typeLed({ 256: 1 }))).toBeInstanceOf(RangeError);
    expect(thrown(() => typeLed({ 1.5: 1 }))).toBeInstanceOf(RangeError);
    expect(thrown(() => typeLed({ 1: -1 }))).toBeInstanceOf(RangeError);
    expect(thrown(() => typeLed({ "": 1 } as Record<number, number>))).toBeInstanceOf(RangeError);
    const length = { type: "length" as unknown as 1, frame: bytes("ab") };
    expect(thrown(() => new Encoder(codec).encode(length))).toMatchObject({ code: "malformed" });
    expect(thrown(() => typeLed({ 1: {} as unknown as Codec<unknown> }))).toBeInstanceOf(TypeError);
    expect(thrown(() => typeLed({ 1: delimited("\n", { recover: "skip" }) }))).toBeInstanceOf(TypeError);
  });
});

describe("messages()", () => {
  test("what decoding throws is reported with the position of its frame, also a FrameError", () => {
    const inner = new FrameError("malformed", "a frame within", 77);
    const codec = messages(lengthPrefixed({ length: "u8" }), {
      encode: (message: string) => bytes(message),
      decode(frame) {
        if (frame.length > 1) throw inner;
        return ascii(frame);
      },
    });
    const decoder = new Decoder(codec).push(bytes(1, "a", 2, "bc"));
    expect(decoder.next().value).toBe("a");
    const error = thrown(() => decoder.next());
    expect(error).toMatchObject({ code: "message", position: 2 });
    expect((error as FrameError).cause).toBe(inner);
  });

  test("carries text and JSON", () => {
    const codec = messages(lengthPrefixed({ length: "u8" }), json<{ name: string }>());
    const wire = new Encoder(codec).encode({ name: "é" });
    expect([...new Decoder(codec).push(wire)]).toEqual([{ name: "é" }]);
    const words = messages(lengthPrefixed({ length: "u8" }), text);
    expect([...new Decoder(words).push(bytes(2, "é"))]).toEqual(["é"]);
  });

  test("what the message codec throws is reported with the frame's position", () => {
    const codec = messages(lengthPrefixed({ length: "u8" }), json());
    const decoder = new Decoder(codec);
    expect([...decoder.push(bytes(1, "1"))]).toEqual([1]);
    const error = thrown(() => [...decoder.push(bytes(1, "{"))]);
    expect(error).toMatchObject({ code: "message", position: 2 });
    expect((error as Error).cause).toBeInstanceOf(SyntaxError);
    const encoder = new Encoder(codec);
    encoder.encode(1);
    const refused = thrown(() => encoder.encode(undefined));
    expect(refused).toMatchObject({ code: "message", position: 2 });
    expect((refused as Error).cause).toBeInstanceOf(TypeError);
    expect(shown(encoder.encode(2))).toBe("0132");
  });

  test("the user's own codec: what it throws, and a message that is undefined, are reported alike", () => {
    const dates: MessageCodec<Date | undefined> = {
      encode: (date) => bytes(`${date?.getTime()}`),
      decode: (view) => {
        if (view.length === 0) throw new RangeError("No date");
        return ascii(view) === "none" ? undefined : new Date(Number(ascii(view)));
      },
    };
    const codec = messages(lengthPrefixed({ length: "u8" }), dates);
    const wire = new Encoder(codec).encode(new Date(1));
    expect([...new Decoder(codec).push(wire)]).toEqual([new Date(1)]);
    for (const [bad, cause] of [
      [bytes(0), RangeError],
      [bytes(4, "none"), TypeError],
    ] as const) {
      const error = thrown(() => [...new Decoder(codec).push(bytes(wire, bad))]);
      expect(error).toMatchObject({ code: "message", position: 2 });
      expect((error as Error).cause).toBeInstanceOf(cause);
    }
  });

  test("what is no text is not sent as such", () => {
    const codec = messages(lengthPrefixed({ length: "u8" }), text);
    const error = thrown(() => new Encoder(codec).encode(undefined as unknown as string));
    expect(error).toMatchObject({ code: "message", position: 0 });
    expect(thrown(() => new Encoder(lines()).encode(5 as unknown as string))).toBeInstanceOf(TypeError);
  });

  test("text that is not UTF-8 is reported as a message", () => {
    const codec = messages(lengthPrefixed({ length: "u8" }), text);
    expect(decode(codec, bytes(1, 0xff)).error).toMatch(/^message at 0/);
  });

  test("with recover: skip, a message that cannot be decoded is skipped", () => {
    const codec = messages(delimited("\n", { recover: "skip" }), json());
    expect(decode(codec, bytes("1\n{\n2\n")).frames).toEqual(["1", "2"]);
  });
});

describe("every codec", () => {
  test("has a limit of 1 MiB unless told otherwise", () => {
    const longest = new Uint8Array(1 << 20).fill(0x61);
    for (const codec of [delimited("\0"), rawLines(), untilClose()]) {
      const decoder = new Decoder<Uint8Array>(codec);
      expect([...decoder.push(longest)]).toEqual([]);
      expect(thrown(() => [...decoder.push(longest)])).toMatchObject({ code: "too-long", limit: 1 << 20 });
      expect(thrown(() => new Encoder(codec).encode(bytes(longest, "a")))).toMatchObject({ code: "too-long" });
    }
    expect(thrown(() => [...new Decoder(lines()).push(bytes(longest, "ab"))])).toMatchObject({ limit: 1 << 20 });
  });
});
