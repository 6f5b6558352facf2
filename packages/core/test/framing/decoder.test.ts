import { describe, expect, test } from "vitest";
import {
  Decoder,
  delimited,
  FrameError,
  fixedLength,
  lengthPrefixed,
  lines,
  untilClose,
} from "../../dist/framing/index.js";
import { ascii, bytes, shown, thrown } from "./support.ts";

const u8 = lengthPrefixed({ length: "u8" });

describe("Decoder", () => {
  test("gives a frame when its last byte has come", () => {
    const decoder = new Decoder(u8);
    expect([...decoder.push(bytes(3, "ab"))]).toEqual([]);
    expect([...decoder.push(bytes("c", 1))].map(ascii)).toEqual(["abc"]);
    expect([...decoder.push(bytes("d"))].map(ascii)).toEqual(["d"]);
    expect([...decoder.end()]).toEqual([]);
  });

  test("gives frames as views of the chunk they came in", () => {
    const chunk = bytes(1, "a", 2, "bc");
    const frames = [...new Decoder(u8).push(chunk)];
    expect(frames.map(({ buffer }) => buffer === chunk.buffer)).toEqual([true, true]);
    expect(frames.map(({ byteOffset }) => byteOffset)).toEqual([1, 3]);
  });

  test("gives frames that span chunks memory of their own", () => {
    const decoder = new Decoder(u8);
    const chunks = [bytes(2, "a"), bytes("b", 2, "c"), bytes("d", 1, "e")];
    const frames = chunks.flatMap((chunk) => [...decoder.push(chunk)].slice(0, 1));
    for (const chunk of chunks) chunk.fill(0);
    expect(frames.map(ascii)).toEqual(["ab", "cd"]);
  });

  test("keeps nothing of a chunk once its frames have been taken", () => {
    const decoder = new Decoder(lines());
    const chunk = bytes("one\ntw");
    expect([...decoder.push(chunk)]).toEqual(["one"]);
    chunk.fill(0);
    expect([...decoder.push(bytes("o\n"))]).toEqual(["two"]);
  });

  test("leaves the frames that a loop did not take for the next", () => {
    const decoder = new Decoder(u8);
    for (const frame of decoder.push(bytes(1, "a", 1, "b", 1))) {
      expect(ascii(frame)).toBe("a");
      break;
    }
    const frames = [...decoder.push(bytes("c", 1, "d", 2))].map(ascii);
    expect(frames).toEqual(["b", "c", "d"]);
    expect(decoder.position).toBe(8);
  });

  test("rest() is what belongs to no frame taken", () => {
    const decoder = new Decoder(u8);
    decoder.push(bytes(1));
    for (const frame of decoder) expect(frame).toBeUndefined();
    for (const frame of decoder.push(bytes("a", 1, "b", 9, "c"))) {
      expect(ascii(frame)).toBe("a");
      break;
    }
    expect(shown(decoder.rest())).toBe(shown(bytes(1, "b", 9, "c")));
    expect([...decoder]).toEqual([]);
    expect(thrown(() => decoder.push(bytes(1)))).toBeInstanceOf(TypeError);
  });

  test("visit() shows frames by offset", () => {
    const decoder = new Decoder(u8);
    const seen: string[] = [];
    const see = (buffer: Uint8Array, start: number, end: number): unknown => seen.push(ascii(buffer.slice(start, end)));
    decoder.visit(bytes(1, "a", 2, "b"), see);
    decoder.visit(bytes("c", 0, 3), see);
    expect(seen).toEqual(["a", "bc", ""]);
    expect(decoder.position).toBe(6);
  });

  test("visit() ends with the frame that false is returned for, and leaves it", () => {
    const decoder = new Decoder(u8);
    const shown: string[] = [];
    const keep = (buffer: Uint8Array, start: number, end: number): boolean => {
      shown.push(ascii(buffer.slice(start, end)));
      return shown.length % 2 === 1;
    };
    expect(decoder.visit(bytes(1, "a", 1, "b", 1, "c", 2, "d"), keep)).toBe(2);
    expect(decoder.position).toBe(2);
    expect([...decoder].map(ascii)).toEqual(["b", "c"]);
    expect(decoder.visit(bytes("e", 1, "f"), keep)).toBe(2);
    expect(decoder.visit(bytes(), keep)).toBe(1);
    expect(shown).toEqual(["a", "b", "de", "f", "f"]);
    expect([...decoder.end()]).toEqual([]);
  });

  test("visit() shows the frame that only the end completes, until it is taken", () => {
    const decoder = new Decoder(untilClose());
    expect(decoder.visit(bytes("abc"), () => {})).toBe(0);
    decoder.end();
    expect(decoder.visit(bytes(), () => false)).toBe(1);
    expect(decoder.visit(bytes(), () => {})).toBe(1);
    expect(decoder.visit(bytes(), () => {})).toBe(0);
  });

  test("end() within a frame is truncated, at the position of the frame", () => {
    const decoder = new Decoder(u8);
    expect([...decoder.push(bytes(1, "a", 5, "b"))].map(ascii)).toEqual(["a"]);
    const error = thrown(() => decoder.end());
    expect(error).toBeInstanceOf(FrameError);
    expect(error).toMatchObject({ code: "truncated", position: 2 });
  });

  test("end() with frames not taken yet gives them before the error", () => {
    const decoder = new Decoder(u8).push(bytes(1, "a", 1, "b", 5)).end();
    const frames: string[] = [];
    const error = thrown(() => {
      for (const frame of decoder) frames.push(ascii(frame));
    });
    expect(frames).toEqual(["a", "b"]);
    expect(error).toMatchObject({ code: "truncated", position: 4 });
  });

  test("end() completes the frame that lasts until the end", () => {
    const decoder = new Decoder(untilClose());
    expect([...decoder.push(bytes("ab"))]).toEqual([]);
    expect([...decoder.push(bytes("c"))]).toEqual([]);
    expect([...decoder.end()].map(ascii)).toEqual(["abc"]);
    expect([...decoder.end()]).toEqual([]);
  });

  test("gives the frames before a bad one, then fails for good", () => {
    const decoder = new Decoder(lengthPrefixed({ length: "u8", maxFrameLength: 4 }));
    const frames: string[] = [];
    const error = thrown(() => {
      for (const frame of decoder.push(bytes(1, "a", 5))) frames.push(ascii(frame));
    });
    expect(frames).toEqual(["a"]);
    expect(error).toMatchObject({ code: "too-long", position: 2, limit: 4, announced: 5 });
    const again = [
      () => decoder.push(bytes(1)),
      () => [...decoder],
      () => decoder.end(),
      () => decoder.visit(bytes(1), () => {}),
    ];
    expect(again.map(thrown)).toEqual([error, error, error, error]);
  });

  test("refuses what is no Uint8Array", () => {
    const decoder = new Decoder(u8);
    for (const chunk of ["abc", [1, 2], new ArrayBuffer(1), undefined]) {
      expect(thrown(() => decoder.push(chunk as unknown as Uint8Array))).toBeInstanceOf(TypeError);
    }
    expect([...decoder.push(bytes(1, "a"))].map(ascii)).toEqual(["a"]);
  });

  test("takes part of a buffer, and refuses what is none", () => {
    const decoder = new Decoder(u8);
    const buffer = bytes("..", 1, "a", 2, "b", "..");
    expect([...decoder.push(buffer, 2, 6)].map(ascii)).toEqual(["a"]);
    expect(decoder.position).toBe(2);
    expect([...decoder.push(bytes("-c"), 1)].map(ascii)).toEqual(["bc"]);
    expect([...decoder.push(buffer, 8, 8)]).toEqual([]);
    const ranges: [start: number, end?: number][] = [[-1], [9], [0, 9], [2, 1], [0.5], [Number.NaN], [0, Number.NaN]];
    for (const [start, end] of ranges)
      expect(thrown(() => decoder.push(buffer, start, end))).toBeInstanceOf(RangeError);
    expect([...decoder.push(buffer, 2, 4)].map(ascii)).toEqual(["a"]);
  });

  test("stays where it was when it has failed, or handed back its rest", () => {
    const rested = new Decoder(fixedLength(5)).push(new Uint8Array(12));
    rested.next();
    rested.rest();
    expect(rested.position).toBe(5);
    const failed = new Decoder(lengthPrefixed({ length: "u8", maxFrameLength: 4 })).push(bytes(1, "a", 5));
    failed.next();
    expect(thrown(() => failed.next())).toMatchObject({ position: 2 });
    expect(failed.position).toBe(2);
  });

  test("copies what is pushed and not taken a few times at most, however often", () => {
    const chunk = bytes(199, new Uint8Array(199));
    const decoder = new Decoder(u8);
    let copied = 0;
    const { set } = Uint8Array.prototype;
    Uint8Array.prototype.set = function (source: ArrayLike<number>, at?: number): void {
      copied += source.length;
      set.call(this, source, at);
    };
    try {
      for (let i = 0; i < 1000; i++) decoder.push(chunk);
    } finally {
      Reflect.deleteProperty(Uint8Array.prototype, "set");
    }
    expect([...decoder]).toHaveLength(1000);
    expect(copied).toBeLessThan(4 * 1000 * chunk.length);
  });

  test("visit() whose visitor took bytes or frames in cannot leave its frame", () => {
    const uses: ((decoder: Decoder<Uint8Array>) => unknown)[] = [
      (decoder) => decoder.next(),
      (decoder) => decoder.rest(),
      (decoder) => decoder.visit(bytes(), () => {}),
      (decoder) => [...decoder.push(bytes(1, "c"))],
    ];
    for (const use of uses) {
      const decoder = new Decoder(u8);
      const leave = (): boolean => {
        use(decoder);
        return false;
      };
      expect(thrown(() => decoder.visit(bytes(1, "a", 1, "b"), leave))).toBeInstanceOf(TypeError);
    }
    const decoder = new Decoder(u8);
    const chunk = bytes(1, "a");
    const refill = (): boolean => decoder.push(chunk) === undefined;
    expect(thrown(() => decoder.visit(chunk, refill))).toBeInstanceOf(TypeError);
    expect([...decoder].map(ascii)).toEqual(["a"]);
  });

  test("what onSkip throws ends the decoding, whatever was skipped", () => {
    const failure = new Error("enough");
    const onSkip = (): never => {
      throw failure;
    };
    for (const bad of ["too long\n", new Uint8Array([0xff, 10])]) {
      const decoder = new Decoder(lines({ maxFrameLength: 5, recover: "skip", onSkip }));
      decoder.push(bytes(bad, "good\n"));
      const calls = [() => decoder.next(), () => decoder.next(), () => decoder.push(bytes("a\n"))];
      expect(calls.map(thrown)).toEqual([failure, failure, failure]);
    }
  });

  test("gives plain views, whatever kind of array the chunks are", () => {
    class Special extends Uint8Array {}
    const chunk = new Special([9, 1, 97, 2, 98]).subarray(1);
    const frames = [...new Decoder(u8).push(chunk)];
    expect(frames.map((frame) => [frame.constructor, ascii(frame)])).toEqual([[Uint8Array, "a"]]);
  });

  test("refuses bytes after end()", () => {
    const decoder = new Decoder(fixedLength(2)).end();
    expect(thrown(() => decoder.push(bytes(1)))).toBeInstanceOf(TypeError);
  });

  test("takes empty chunks", () => {
    const decoder = new Decoder(delimited("\r\n"));
    for (const part of ["", "a\r", "", "\n", ""]) {
      expect([...decoder.push(bytes(part))].map(ascii)).toEqual(part === "\n" ? ["a"] : []);
    }
  });
});
