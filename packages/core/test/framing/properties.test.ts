/**
 * What holds for every codec with every option. 800 cases of each property; as many as `FRAMING_CASES` says, if it is set:
 * `npm run properties` runs a million in all.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FrameOutput } from "../../dist/framing/frame-output.js";
import { Decoder, FrameError } from "../../dist/framing/index.js";
import {
  anyCodecCase,
  type CodecCase,
  chunkSizes,
  largeChunkSizes,
  linesCodec,
  loopSteps,
  manyLines,
  manyTypedLines,
  typedLinesCodec,
} from "./codec-cases.ts";
import {
  bytes,
  chunked,
  decode,
  decodeInSteps,
  decodeParts,
  encoded,
  shown,
  visited,
  visitedInParts,
} from "./support.ts";

const environment = (globalThis as { process?: { env: { FRAMING_CASES?: string } } }).process?.env;
const numRuns = Number(environment?.FRAMING_CASES ?? 800);
const timeout = 30_000 + numRuns * 20;

/** Valid streams with some bytes overwritten or cut off, and mere noise. */
const spoiled: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 900 }),
  fc.uint8Array({ maxLength: 900, max: 13 }),
  fc.uint8Array({ maxLength: 900, min: 8, max: 14 }),
);
const streamOf = ({ codec, frames }: CodecCase, noise: Uint8Array, at: number): Uint8Array => {
  const valid = encoded(codec, frames);
  const cut = valid.length === 0 ? 0 : at % (valid.length + 1);
  return bytes(valid.subarray(0, cut), noise, valid.subarray(cut));
};

describe("every codec", () => {
  test("gives back what was sent, however it is split", { timeout }, () => {
    const property = fc.property(anyCodecCase, chunkSizes, loopSteps, ({ name, codec, frames }, sizes, steps) => {
      const stream = encoded(codec, frames);
      const isText = !name.includes("json");
      const expected = { frames: frames.map(shown), error: undefined };
      expect(decode(codec, stream, sizes)).toEqual(expected);
      expect(decode(codec, stream)).toEqual(expected);
      expect(decodeParts(codec, stream, sizes)).toEqual(expected);
      expect(decodeInSteps(codec, stream, sizes, steps)).toEqual(expected);
      const inBytes = frames.map((frame) => (isText && typeof frame === "string" ? bytes(frame) : frame));
      if (inBytes.every((frame) => frame instanceof Uint8Array)) {
        const expectedBytes = inBytes.map(shown);
        expect(visited(codec, stream, sizes)).toEqual(expectedBytes);
        expect(visitedInParts(codec, stream, sizes)).toEqual(expectedBytes);
      }
    });
    fc.assert(property, { numRuns });
  });

  test("sends a frame of bytes alike, whole or as part of a buffer", { timeout }, () => {
    const property = fc.property(anyCodecCase, fc.nat(9), fc.nat(9), ({ codec, frames }, before, behind) => {
      const own = frames.filter((frame) => frame instanceof Uint8Array);
      for (const frame of own) {
        const buffer = bytes(new Uint8Array(before), frame, new Uint8Array(behind));
        // The first two parts of a buffer are copied in another way than those after them.
        for (let times = 0; times < 4; times++) {
          const output = new FrameOutput(() => false);
          output.add(codec, buffer, before, before + frame.length);
          expect(bytes(...output.take())).toEqual(encoded(codec, [frame]));
          output.reuse();
        }
      }
    });
    fc.assert(property, { numRuns });
  });

  test("gives the same frames and the same error for garbage, however it is split", { timeout }, () => {
    const arbitraries = [anyCodecCase, spoiled, fc.nat(), chunkSizes, loopSteps] as const;
    const property = fc.property(...arbitraries, (given, noise, at, sizes, steps) => {
      const stream = streamOf(given, noise, at);
      const whole = decode(given.codec, stream);
      expect(decode(given.codec, stream, sizes)).toEqual(whole);
      expect(decodeParts(given.codec, stream, sizes)).toEqual(whole);
      expect(decodeInSteps(given.codec, stream, sizes, steps)).toEqual(whole);
    });
    fc.assert(property, { numRuns });
  });

  test("gives no frame beyond the limit, and stays failed", { timeout }, () => {
    const property = fc.property(anyCodecCase, spoiled, fc.nat(), chunkSizes, (given, noise, at, sizes) => {
      const decoder = new Decoder(given.codec);
      const push = (chunk: Uint8Array): void => {
        decoder.visit(chunk, (_, start, end) => expect(end - start).toBeLessThanOrEqual(given.max));
      };
      let failure: unknown;
      for (const chunk of chunked(streamOf(given, noise, at), sizes)) {
        try {
          push(chunk);
        } catch (error) {
          failure ??= error;
          expect(error).toBeInstanceOf(FrameError);
        }
        if (failure !== undefined) expect(() => push(new Uint8Array([1]))).toThrow(failure as Error);
      }
    });
    fc.assert(property, { numRuns });
  });

  test("allocates no more than four times what has come, nor much beyond the limit", { timeout }, () => {
    const property = fc.property(anyCodecCase, spoiled, fc.nat(), chunkSizes, (given, noise, at, sizes) => {
      const decoder = new Decoder(given.codec);
      let pushed = 0;
      for (const chunk of chunked(streamOf(given, noise, at), sizes)) {
        pushed += chunk.length;
        const largest = largestBuffer(() => {
          try {
            decoder.visit(chunk, () => {});
          } catch (error) {
            expect(error).toBeInstanceOf(FrameError);
          }
        });
        expect(largest).toBeLessThanOrEqual(Math.max(1024, 4 * pushed));
        expect(largest).toBeLessThanOrEqual(Math.max(128, given.max + 32));
      }
    });
    fc.assert(property, { numRuns });
  });
});

test("lines() gives the same of text decoded together as byte by byte", { timeout }, () => {
  const property = fc.property(linesCodec, manyLines, largeChunkSizes, loopSteps, (codec, stream, sizes, steps) => {
    expect(decodeInSteps(codec, stream, sizes, steps)).toEqual(decode(codec, stream, [1]));
  });
  // To shrink thousands of bytes takes minutes; the seed tells as much.
  fc.assert(property, { numRuns, endOnFailure: true });
});

test("typeLed() of lines() gives the same of text decoded together as byte by byte", { timeout }, () => {
  const property = fc.property(manyTypedLines, largeChunkSizes, loopSteps, (stream, sizes, steps) => {
    expect(decodeInSteps(typedLinesCodec, stream, sizes, steps)).toEqual(decode(typedLinesCodec, stream, [1]));
  });
  fc.assert(property, { numRuns, endOnFailure: true });
});

/** Bytes of the largest buffer that `run` makes. */
function largestBuffer(run: () => void): number {
  const plain = globalThis.Uint8Array;
  let largest = 0;
  globalThis.Uint8Array = new Proxy(plain, {
    construct(target, [length, ...rest]: [number, ...unknown[]]) {
      if (typeof length === "number") largest = Math.max(largest, length);
      return Reflect.construct(target, [length, ...rest], plain);
    },
  });
  try {
    run();
  } finally {
    globalThis.Uint8Array = plain;
  }
  return largest;
}
