import fc from "fast-check";
import {
  type Codec,
  delimited,
  FrameError,
  fixedLength,
  json,
  type LengthFormat,
  type LengthPrefixedOptions,
  lengthPrefixed,
  lines,
  messages,
  rawLines,
  text,
  typeLed,
  untilClose,
} from "../../dist/framing/index.js";
import { bytes, encoded, type Step } from "./support.ts";

/** A codec with some options, frames that may be sent by it, and the most bytes that a frame of it may have. */
export interface CodecCase {
  readonly name: string;
  readonly codec: Codec<unknown>;
  readonly frames: readonly unknown[];
  readonly max: number;
}

type FrameOf<C> = C extends Codec<infer Frame> ? Frame : never;

const MAX = 300;

const anyBytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 80 });
const fewValues: fc.Arbitrary<Uint8Array> = fc.uint8Array({ max: 3, maxLength: 40 });
const frameBytes: fc.Arbitrary<Uint8Array> = fc.oneof(anyBytes, fewValues);

/** Those of `frames` that the codec can send. */
function sendable<T>(codec: Codec<T>, frames: readonly T[]): T[] {
  return frames.filter((frame) => {
    try {
      encoded(codec, [frame]);
      return true;
    } catch (error) {
      if (error instanceof FrameError) return false;
      throw error;
    }
  });
}

function codecCase<T>(name: string, codec: Codec<T>, frames: readonly T[], max: number = MAX): CodecCase {
  return { name, codec: codec as Codec<unknown>, frames: sendable(codec, frames), max };
}

const lengthFormat: fc.Arbitrary<LengthFormat> = fc.oneof(
  fc.constantFrom<LengthFormat>("u8", "u16", "u24", "u32", "u64", "varint"),
  fc.record({ digits: fc.integer({ min: 2, max: 15 }) }),
);

const lengthOptions: fc.Arbitrary<LengthPrefixedOptions> = fc.record({
  length: lengthFormat,
  endian: fc.constantFrom("big", "little"),
  headerOffset: fc.nat(4),
  lengthAdjustment: fc.oneof(fc.constant(0), fc.integer({ min: -6, max: 6 })),
  lengthIncludesHeader: fc.boolean(),
  maxFrameLength: fc.constant(MAX),
});

const lengthPrefixedCase: fc.Arbitrary<CodecCase> = fc
  .tuple(lengthOptions, fc.boolean(), fc.array(frameBytes))
  .map(([options, keeps, frames]) => {
    const stripping = lengthPrefixed(options);
    const name = `lengthPrefixed(${JSON.stringify({ ...options, keeps })})`;
    if (!keeps) return codecCase(name, stripping, frames);
    const whole = sendable(stripping, frames).map((frame) => encoded(stripping, [frame]));
    return codecCase(name, lengthPrefixed({ ...options, header: "keep" }), whole);
  });

const delimiter: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 4, max: 2 }),
  fc.uint8Array({ minLength: 1, maxLength: 5 }),
);

const delimitedCase: fc.Arbitrary<CodecCase> = fc
  .tuple(delimiter, fc.boolean(), fc.constantFrom("fail", "skip"), fc.array(frameBytes))
  .map(([end, keeps, recover, frames]) => {
    const name = `delimited([${end}], ${JSON.stringify({ keeps, recover })})`;
    const stripping = delimited(end, { maxFrameLength: MAX, recover });
    if (!keeps) return codecCase(name, stripping, frames);
    const whole = sendable(stripping, frames).map((frame) => encoded(stripping, [frame]));
    return codecCase(name, delimited(end, { delimiter: "keep", maxFrameLength: MAX, recover }), whole);
  });

const lineText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.constantFrom("a", "é", "€", "😀", "\r", "\ufeff"), maxLength: 30 }),
);

const linesCase: fc.Arbitrary<CodecCase> = fc
  .tuple(
    fc.constantFrom("any", "lf", "crlf"),
    fc.constantFrom("fail", "skip"),
    fc.constantFrom("fail", "keep"),
    fc.boolean(),
    fc.array(lineText),
    fc.nat(12),
  )
  .map(([ending, recover, lastLine, isRaw, frames, repeats]) => {
    const options = { ending, recover, lastLine, maxFrameLength: MAX };
    const name = `lines(${JSON.stringify({ ...options, isRaw })})`;
    const many = Array.from({ length: repeats + 1 }, () => frames).flat();
    if (!isRaw) return codecCase(name, lines(options), many);
    return codecCase(
      name,
      rawLines(options),
      many.map((line) => new TextEncoder().encode(line)),
    );
  });

const fixedCase: fc.Arbitrary<CodecCase> = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.array(fc.uint8Array({ minLength: 40, maxLength: 40 })))
  .map(([length, frames]) =>
    codecCase(
      `fixedLength(${length})`,
      fixedLength(length),
      frames.map((frame) => frame.slice(0, length)),
      length,
    ),
  );

const untilCloseCase: fc.Arbitrary<CodecCase> = frameBytes.map((frame) =>
  codecCase("untilClose()", untilClose({ maxFrameLength: MAX }), [frame]),
);

const messageCase: fc.Arbitrary<CodecCase> = fc.oneof(
  fc.array(fc.jsonValue()).map((values) => {
    // What JSON makes of -0 and the like is its own affair.
    const plain = values.map((value) => JSON.parse(JSON.stringify(value)));
    return codecCase(
      "messages(lengthPrefixed(), json())",
      messages(lengthPrefixed({ maxFrameLength: MAX }), json()),
      plain,
    );
  }),
  fc.array(lineText).map((values) => {
    const whole = values.filter((value) => value.isWellFormed());
    return codecCase("messages(delimited(), text)", messages(delimited("\0", { maxFrameLength: MAX }), text), whole);
  }),
);

const typeLedCase: fc.Arbitrary<CodecCase> = fc
  .array(fc.tuple(fc.constantFrom(0, 1, 2, 3, 4, 5), fc.uint8Array({ minLength: 3, maxLength: 30, max: 4 })))
  .map((frames) => {
    const codec = typeLed({
      0: 3,
      1: lengthPrefixed({ length: "u16", maxFrameLength: MAX }),
      2: delimited(new Uint8Array([4, 4]), { maxFrameLength: MAX }),
      3: lengthPrefixed({ length: "varint", header: "keep", maxFrameLength: MAX }),
      4: 0,
      5: typeLed({ 0: 1, 1: 2 }),
    });
    const typed = frames.map(([type, frame]): FrameOf<typeof codec> => {
      if (type === 0) return { type, frame: frame.subarray(0, 3) };
      if (type === 1) return { type, frame };
      if (type === 2) return { type, frame };
      if (type === 3) return { type, frame: new Uint8Array([frame.length, ...frame]) };
      if (type === 4) return { type, frame: frame.subarray(0, 0) };
      return { type: 5, frame: { type: 1, frame: frame.subarray(0, 2) } };
    });
    return codecCase("typeLed()", codec, typed);
  });

const typeLedToTheEnd: fc.Arbitrary<CodecCase> = frameBytes.map((frame) =>
  codecCase("typeLed(untilClose())", typeLed({ 7: untilClose({ maxFrameLength: MAX }) }), [{ type: 7, frame }]),
);

/** Every codec, with every option. */
export const anyCodecCase: fc.Arbitrary<CodecCase> = fc.oneof(
  { weight: 4, arbitrary: lengthPrefixedCase },
  { weight: 3, arbitrary: delimitedCase },
  { weight: 3, arbitrary: linesCase },
  fixedCase,
  untilCloseCase,
  messageCase,
  typeLedCase,
  typeLedToTheEnd,
);

/** Lines of few lengths: what remembers offsets meets them again. */
const shortLine = fc.constantFrom("\n", "a\n", "b\r\n", "é\n", "\ufffd\r\n");
const longLine = fc.tuple(fc.integer({ min: MAX - 20, max: 1400 }), fc.constantFrom("x\n", "é\n", "x\r\n"));

/** Lines of which many are decoded together, some that are too long, and some that are no text. */
export const manyLines: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.array(shortLine, { maxLength: 200, size: "max" }).map((all) => bytes(...all)) },
      { weight: 2, arbitrary: longLine.map(([length, line]) => bytes(line.slice(0, 1).repeat(length), line)) },
      fc.constant(bytes(0xff, "\n")),
    ),
    { maxLength: 12 },
  )
  .map((parts) => bytes(...parts));

/** `lines()` with some options. */
export const linesCodec: fc.Arbitrary<Codec<string>> = fc
  .record({
    ending: fc.constantFrom("any", "lf", "crlf"),
    recover: fc.constantFrom("fail", "skip"),
    maxFrameLength: fc.constantFrom(MAX, 10 * MAX),
  })
  .map(lines);

/** `typeLed()` of lines, and of what is none. */
export const typedLinesCodec: Codec<unknown> = typeLed({ 10: 1, 13: lines({ ending: "crlf" }), 97: lines(), 98: 2 });

/** Many frames for it, some of which are not UTF-8. */
export const manyTypedLines: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      { weight: 60, arbitrary: shortLine.map((line) => bytes("a", line)) },
      { weight: 20, arbitrary: shortLine.map((line) => bytes("\r", line.slice(0, -1), "\r\n")) },
      {
        weight: 30,
        arbitrary: fc.constantFrom("b12", "bé", "b\r\n", "\n\n", "\n\r", "\r\na\r\n").map((frame) => bytes(frame)),
      },
      fc.constant(bytes("a", 0xa9, "\n")),
    ),
    { maxLength: 400, size: "max" },
  )
  .map((all) => bytes(...all));

/** Sizes of chunks in which many lines come together. */
export const largeChunkSizes: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 1500 }), {
  minLength: 1,
  maxLength: 12,
});

/** Sizes of chunks: mostly small ones, so that frames and their headers span several. */
export const chunkSizes: fc.Arbitrary<number[]> = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 7 }) }, fc.integer({ min: 1, max: 700 })),
  { minLength: 1, maxLength: 12 },
);

/** Loops that run to their end, and such as are left after a few frames. */
export const loopSteps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    most: fc.oneof(fc.nat(4), fc.constant(Number.POSITIVE_INFINITY)),
    looks: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);
