import { Buffer } from "node:buffer";
import BufferList from "bl";
import * as itLengthPrefixed from "it-length-prefixed";
import * as lengthPrefixedStream from "length-prefixed-stream";
import { Decoder, lengthPrefixed } from "omnisock/framing";
import type { Case } from "./case.ts";
import { again, chunksOf, expectCount } from "./chunks.ts";
import { countOut } from "./count-out.ts";

const FRAME_BYTES = 64;
/** Over a mebibyte each. */
const PASSES = 2;

/** Frames of 64 bytes with their header, in chunks of 64 KiB; each peer gets the header that it knows and the kind of buffer. */
export function decodingCases(): Case[] {
  const u32 = chunksOf(FRAME_BYTES, (frame) => frame.set([0, 0, 0, FRAME_BYTES - 4]));
  const varint = chunksOf(FRAME_BYTES, (frame) => frame.set([FRAME_BYTES - 1]));
  const expected = u32.frames * PASSES;
  const run = (name: string, count: () => number | Promise<number>): Case => ({
    name,
    run: async () => expectCount(await count(), expected),
  });
  const u32Chunks = (): Iterable<Uint8Array> => again(u32.chunks, PASSES);
  const varintBuffers = varint.chunks.map((chunk) => Buffer.from(chunk.buffer));
  const u32Buffers = u32.chunks.map((chunk) => Buffer.from(chunk.buffer));
  return [
    run("visit", () => countVisits(u32Chunks())),
    run("views", () => countViews(u32Chunks())),
    run("bl", () => countWithBufferList(again(u32Buffers, PASSES))),
    run("length-prefixed-stream", () => countOut(lengthPrefixedStream.decode(), again(varintBuffers, PASSES))),
    run("it-length-prefixed", () => countWithIterator(again(varint.chunks, PASSES))),
  ];
}

function countVisits(chunks: Iterable<Uint8Array>): number {
  const decoder = new Decoder(lengthPrefixed());
  let frames = 0;
  let bytes = 0;
  for (const chunk of chunks) {
    decoder.visit(chunk, (_, start, end) => {
      frames++;
      bytes += end - start;
    });
  }
  return expectCount(bytes, frames * (FRAME_BYTES - 4)) && frames;
}

function countViews(chunks: Iterable<Uint8Array>): number {
  const decoder = new Decoder(lengthPrefixed());
  let frames = 0;
  let bytes = 0;
  for (const chunk of chunks) {
    for (const frame of decoder.push(chunk)) {
      frames++;
      bytes += frame.length;
    }
  }
  return expectCount(bytes, frames * (FRAME_BYTES - 4)) && frames;
}

function countWithBufferList(chunks: Iterable<Buffer>): number {
  const list = new BufferList();
  let frames = 0;
  for (const chunk of chunks) {
    list.append(chunk);
    while (list.length >= 4) {
      const length = list.readUInt32BE(0);
      if (list.length < 4 + length) break;
      const frame = list.slice(4, 4 + length);
      list.consume(4 + length);
      if (frame.length > 0) frames++;
    }
  }
  return frames;
}

function countWithIterator(chunks: Iterable<Uint8Array>): number {
  let frames = 0;
  for (const frame of itLengthPrefixed.decode(chunks)) if (frame.byteLength > 0) frames++;
  return frames;
}
