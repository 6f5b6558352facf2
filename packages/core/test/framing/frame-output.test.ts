import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FrameOutput } from "../../dist/framing/frame-output.js";
import { type Codec, Encoder, FrameError, lengthPrefixed, messages, typeLed } from "../../dist/framing/index.js";
import { bytes, encoded, thrown } from "./support.ts";

const codec = lengthPrefixed({ length: "u24" });

/** Lengths of frames: mostly short, some that need another buffer, and some that are lent. */
const lengths = fc.oneof(
  { weight: 8, arbitrary: fc.nat(300) },
  { weight: 2, arbitrary: fc.nat(9000) },
  { weight: 1, arbitrary: fc.nat(70_000) },
);

describe("FrameOutput", () => {
  test("gives in order what was gathered, in however many buffers", () => {
    const batches = fc.array(fc.record({ lengths: fc.array(lengths, { maxLength: 30 }), isSent: fc.boolean() }));
    const property = fc.property(batches, (given) => {
      const output = new FrameOutput(() => true);
      const sent: Uint8Array[] = [];
      let taken: Uint8Array[] = [];
      const wanted: Uint8Array[] = [];
      let filling = 0;
      for (const batch of given) {
        for (const length of batch.lengths) {
          const frame = new Uint8Array(length).fill(++filling);
          output.add(codec, frame);
          wanted.push(encoded(codec, [frame]));
        }
        // What is not sent yet stays as it is while more is gathered.
        taken.push(...output.take());
        if (!batch.isSent) continue;
        sent.push(...taken.map((piece) => piece.slice()));
        taken = [];
        output.reuse();
      }
      expect(output.byteLength).toBe(0);
      const whole = bytes(...wanted);
      expect(output.position).toBe(whole.length);
      const got = bytes(...sent, ...taken);
      // Compared as a whole, hundreds of KiB take a test runner seconds.
      expect(whole.findIndex((byte, i) => byte !== got[i])).toBe(-1);
      expect(got.length).toBe(whole.length);
    });
    fc.assert(property, { numRuns: 100 });
  });

  test("keeps no trace of a frame that fails behind its first byte, in a buffer of its own", () => {
    const types = typeLed({ 1: 1023, 2: lengthPrefixed({ length: "u8", maxFrameLength: 2 }) });
    const output = new FrameOutput(() => true);
    const full = new Uint8Array(1023).fill(7);
    output.add(types, { type: 1, frame: full });
    expect(thrown(() => output.add(types, { type: 2, frame: bytes("abc") }))).toMatchObject({ code: "too-long" });
    output.add(types, { type: 2, frame: bytes("ab") });
    expect(bytes(...output.take())).toEqual(bytes(1, full, 2, 2, "ab"));
  });

  /** Messages whose encoder is also given the output to write to. */
  const using = (use: (message: string) => void): Codec<string> =>
    messages(lengthPrefixed({ length: "u8" }), {
      encode(message) {
        use(message);
        return bytes(message);
      },
      decode: String,
    });

  test("refuses another frame, and to be taken, while one is encoded", () => {
    const plain = lengthPrefixed({ length: "u8" });
    const output = new FrameOutput(() => true);
    const errors: unknown[] = [];
    const types = typeLed({
      1: using((message) => {
        errors.push(
          thrown(() => output.add(plain, bytes("inner"))),
          thrown(() => output.take()),
        );
        if (message === "bad") throw new Error("no");
      }),
    });
    output.add(plain, bytes("a"));
    output.add(types, { type: 1, frame: "outer" });
    expect(thrown(() => output.add(types, { type: 1, frame: "bad" }))).toMatchObject({ code: "message" });
    output.add(plain, bytes("b"));
    expect(errors.map((error) => error instanceof TypeError)).toEqual([true, true, true, true]);
    expect(bytes(...output.take())).toEqual(bytes(1, "a", 1, 5, "outer", 1, "b"));
  });

  test("an Encoder refuses to encode for its own codec", () => {
    const encoder: Encoder<string> = new Encoder(using(() => encoder.encode("inner")));
    expect(thrown(() => encoder.encode("outer"))).toMatchObject({ code: "message", cause: expect.any(TypeError) });
  });

  test("an error has the position of the whole frame", () => {
    const types = typeLed({ 1: typeLed({ 2: lengthPrefixed({ length: "u8" }) }) });
    const output = new FrameOutput(() => true);
    output.add(types, { type: 1, frame: { type: 2, frame: bytes("a") } });
    const error = thrown(() => output.add(types, { type: 1, frame: { type: 2, frame: new Uint8Array(256) } }));
    expect(error).toBeInstanceOf(FrameError);
    expect(error).toMatchObject({ code: "too-long", position: 4 });
    expect(output.position).toBe(4);
  });

  test("copies messages, whose memory may be filled anew", () => {
    const scratch = new Uint8Array(20_000);
    const numbers = messages(lengthPrefixed(), { encode: (value: number) => scratch.fill(value), decode: Number });
    const output = new FrameOutput(() => true);
    for (const value of [1, 2]) output.add(numbers, value);
    expect(output.isLent).toBe(false);
    expect(output.take().flatMap((piece) => (piece.length === 20_000 ? [piece[0]] : []))).toEqual([1, 2]);
    output.add(lengthPrefixed(), scratch);
    expect(output.isLent, "a frame of bytes").toBe(true);
  });
});
