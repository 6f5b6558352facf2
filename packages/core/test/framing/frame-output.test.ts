import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FrameOutput } from "../../dist/framing/frame-output.js";
import { lengthPrefixed, typeLed } from "../../dist/framing/index.js";
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
});
