import { Buffer } from "node:buffer";
import { Decoder, lines, rawLines } from "omnisock/framing";
import split2 from "split2";
import type { Case } from "./case.ts";
import { again, chunksOf, expectCount } from "./chunks.ts";
import { countOut } from "./count-out.ts";

const LINE_BYTES = 80;
const LF = 0x0a;
/** Over a mebibyte each. */
const PASSES = 2;

/** Lines of 80 bytes with their LF, in chunks of 64 KiB: ASCII, and with one character of two bytes. */
export function splittingCases(): Case[] {
  const ascii = chunksOf(LINE_BYTES, (line) => line.fill(LF, LINE_BYTES - 1));
  const accented = chunksOf(LINE_BYTES, (line) => {
    line.fill(LF, LINE_BYTES - 1);
    line.set(new TextEncoder().encode("é"), 7);
  });
  const run = (name: string, count: () => number | Promise<number>): Case => ({
    name,
    run: async () => expectCount(await count(), ascii.frames * PASSES),
  });
  const buffers = (chunks: readonly Uint8Array<ArrayBuffer>[]): Iterable<Buffer> => {
    return again(
      chunks.map((chunk) => Buffer.from(chunk.buffer)),
      PASSES,
    );
  };
  return [
    run("lines", () => countLines(again(ascii.chunks, PASSES))),
    run("raw-views", () => countRawLines(again(ascii.chunks, PASSES))),
    run("raw-visit", () => countVisits(again(ascii.chunks, PASSES))),
    run("split2", () => countOut(split2(), buffers(ascii.chunks))),
    run("lines-accented", () => countLines(again(accented.chunks, PASSES))),
    run("split2-accented", () => countOut(split2(), buffers(accented.chunks))),
  ];
}

function countLines(chunks: Iterable<Uint8Array>): number {
  const decoder = new Decoder(lines());
  let count = 0;
  for (const chunk of chunks) {
    for (const line of decoder.push(chunk)) if (line.length > 0) count++;
  }
  return count;
}

function countRawLines(chunks: Iterable<Uint8Array>): number {
  const decoder = new Decoder(rawLines());
  let count = 0;
  for (const chunk of chunks) {
    for (const line of decoder.push(chunk)) if (line.length > 0) count++;
  }
  return count;
}

function countVisits(chunks: Iterable<Uint8Array>): number {
  const decoder = new Decoder(rawLines());
  let count = 0;
  for (const chunk of chunks) decoder.visit(chunk, (_, start, end) => end > start && count++);
  return count;
}
