/** How much is done for a stream: counted, not timed. */
import { describe, expect, test } from "vitest";
import { ByteSearch } from "../../dist/framing/byte-search.js";
import { type Codec, Decoder, delimited, lengthPrefixed, lines, rawLines, typeLed } from "../../dist/framing/index.js";
import { bytes, chunked } from "./support.ts";

const CHUNK_BYTES = 1000;
const NOTHING = new Uint8Array(0);
const line = "x".repeat(79);

/** Decodes in chunks of so many bytes; returns how many frames there were. */
function count<T>(codec: Codec<T>, stream: Uint8Array, chunkBytes: number): number {
  const decoder = new Decoder(codec);
  let frames = 0;
  for (const chunk of chunked(stream, [chunkBytes])) {
    for (const frame of decoder.push(chunk)) if (frame !== undefined) frames++;
  }
  decoder.end();
  return frames;
}

/** The sum of what `cost` says of each call of `owner[method]` while `run` runs. */
function counted<A extends unknown[], R>(
  owner: object,
  method: string,
  cost: (args: A, result: R) => number,
  run: () => void,
): number {
  const methods = owner as Record<string, (...args: A) => R>;
  const plain = methods[method] as (...args: A) => R;
  let sum = 0;
  methods[method] = function (this: unknown, ...args: A): R {
    const result = plain.apply(this, args);
    sum += cost(args, result);
    return result;
  };
  try {
    run();
  } finally {
    methods[method] = plain;
  }
  return sum;
}

function bytesCopied(run: () => void): number {
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
  return counted(typedArray, "set", ([source]: [ArrayLike<number>]) => source.length, run);
}

function bytesSearched(run: () => void): number {
  const cost = ([, from, to]: [Uint8Array, number, number], found: number): number => (found < 0 ? to : found) - from;
  return counted(ByteSearch.prototype, "find", cost, run);
}

function bytesDecoded(run: () => void): number {
  return counted(TextDecoder.prototype, "decode", ([view]: [Uint8Array]) => view.length, run);
}

describe("a decoder", () => {
  test("copies no frame that lies within a chunk", () => {
    const stream = bytes(...Array.from({ length: 100 }, () => [9, "nine byte"]).flat());
    expect(bytesCopied(() => count(lengthPrefixed({ length: "u8" }), stream, stream.length))).toBe(0);
    const text = bytes("a\nb\n");
    expect(bytesCopied(() => count(rawLines(), text, text.length))).toBe(0);
  });

  test("copies a frame that spans two chunks once", () => {
    const stream = bytes(...Array.from({ length: 100 }, () => [99, "x".repeat(99)]).flat());
    const spanning = stream.length / CHUNK_BYTES;
    expect(bytesCopied(() => count(lengthPrefixed({ length: "u8" }), stream, CHUNK_BYTES - 1))).toBeLessThanOrEqual(
      100 * (spanning + 1),
    );
  });

  test("copies a long frame in small chunks at most twice, whatever its length", () => {
    for (const mebibytes of [15, 16, 17, 23]) {
      const length = mebibytes * 1024 * 1024;
      const stream = new Uint8Array(4 + length);
      new DataView(stream.buffer).setUint32(0, length);
      const codec = lengthPrefixed({ maxFrameLength: length });
      expect(bytesCopied(() => expect(count(codec, stream, 1024)).toBe(1))).toBeLessThan(2 * length);
    }
  });

  test("looks at no byte twice for a delimiter, however the stream is split", () => {
    for (const delimiter of ["\n", "\r\n", "--end--"]) {
      const parts = [line, "", line.repeat(50), "x-", line].flatMap((part) => [part, delimiter]);
      const stream = bytes(...parts);
      for (const chunkBytes of [1, 2, 7, CHUNK_BYTES, stream.length]) {
        const frames = parts.length / 2;
        const searched = bytesSearched(() => expect(count(delimited(delimiter), stream, chunkBytes)).toBe(frames));
        // A delimiter may be looked at again where it was found, and its beginning where a chunk ended.
        const again = delimiter.length * (frames + stream.length / chunkBytes);
        expect(searched).toBeLessThanOrEqual(stream.length + again);
      }
    }
  });

  test("decodes no byte of text twice", () => {
    const stream = bytes(`${line}\n`.repeat(1000));
    for (const chunkBytes of [1, 100, CHUNK_BYTES, stream.length]) {
      const decoded = bytesDecoded(() => expect(count(lines(), stream, chunkBytes)).toBe(1000));
      // The line ending is decoded, too, once.
      expect(decoded).toBeLessThanOrEqual(stream.length + 1);
    }
  });

  test("decodes no byte of text twice between frames that are none", () => {
    const codec = typeLed({ 97: lines(), 98: 2 });
    for (const text of [line, line.replaceAll("xx", "é😀")]) {
      const stream = bytes(`a${text}\nb12`.repeat(1000));
      for (const chunkBytes of [100, CHUNK_BYTES, stream.length]) {
        const decoded = bytesDecoded(() => expect(count(codec, stream, chunkBytes)).toBe(2000));
        expect(decoded).toBeLessThanOrEqual(stream.length + 1);
      }
    }
  });

  test("decodes behind a line that is too long nothing but the next one twice", () => {
    const codec = lines({ maxFrameLength: line.length, recover: "skip" });
    const stream = bytes(`${line}x\n${line}\n`.repeat(1000));
    for (const chunkBytes of [CHUNK_BYTES, stream.length]) {
      const decoded = bytesDecoded(() => expect(count(codec, stream, chunkBytes)).toBe(1000));
      expect(decoded).toBeLessThanOrEqual(1.5 * stream.length);
    }
  });

  test("decodes no byte of text twice for visits that stop, and chunks that come between them", () => {
    const stream = bytes(`${line}\n`.repeat(1000));
    const decoder = new Decoder(lines());
    let frames = 0;
    /** Shows two more lines. */
    const visit = (chunk: Uint8Array): number => {
      let left = 3;
      const shown = decoder.visit(chunk, () => --left > 0);
      frames += Math.min(shown, 2);
      return shown;
    };
    const decoded = bytesDecoded(() => {
      for (const chunk of chunked(stream, [60_000, CHUNK_BYTES])) visit(chunk);
      while (visit(NOTHING) > 0);
    });
    expect(frames).toBe(1000);
    expect(decoded).toBeLessThanOrEqual(stream.length + 1);
  });
});
