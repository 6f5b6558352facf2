import { describe, expect, test } from "vitest";
import { decoderStream, encoderStream, lengthPrefixed, lines } from "../../dist/framing/index.js";
import { ascii, bytes } from "./support.ts";

function streamOf<T>(...items: T[]): ReadableStream<T> {
  return new ReadableStream({
    start(controller) {
      for (const item of items) controller.enqueue(item);
      controller.close();
    },
  });
}

async function read<T>(stream: ReadableStream<T>): Promise<T[]> {
  const items: T[] = [];
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) items.push(next.value);
  return items;
}

describe("decoderStream()", () => {
  test("gives frames, however they are split", async () => {
    const chunks = streamOf(bytes("on"), bytes("e\ntwo\nthr"), bytes("ee\n"));
    expect(await read(chunks.pipeThrough(decoderStream(lines())))).toEqual(["one", "two", "three"]);
  });

  test("a truncated tail errors the stream", async () => {
    const frames = streamOf(bytes("one\ntw")).pipeThrough(decoderStream(lines()));
    await expect(read(frames)).rejects.toMatchObject({ code: "truncated", position: 4 });
  });
});

describe("encoderStream()", () => {
  test("gives the bytes of each frame", async () => {
    const wire = streamOf(bytes("a"), bytes("bc")).pipeThrough(encoderStream(lengthPrefixed({ length: "u8" })));
    expect((await read(wire)).map(ascii)).toEqual(["\x01a", "\x02bc"]);
  });

  test("feeds decoderStream()", async () => {
    const sent = Array.from({ length: 500 }, (_, i) => `line ${i}`);
    const frames = streamOf(...sent)
      .pipeThrough(encoderStream(lines()))
      .pipeThrough(decoderStream(lines()));
    expect(await read(frames)).toEqual(sent);
  });

  test("a frame that cannot be sent errors the stream", async () => {
    const wire = streamOf("a\nb").pipeThrough(encoderStream(lines()));
    await expect(read(wire)).rejects.toMatchObject({ code: "malformed" });
  });
});
