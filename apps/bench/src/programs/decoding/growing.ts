import { Decoder, lengthPrefixed } from "omnisock/framing";
import type { Case } from "./case.ts";
import { expectCount } from "./chunks.ts";

const MEBIBYTE = 2 ** 20;
const FRAME_BYTES = 16 * MEBIBYTE;
const CHUNK_BYTES = 1024;

/**
 * One frame of 16 MiB that arrives in chunks of 1 KiB, and a mere copy of the same bytes, header and chunks, to one new buffer.
 * They count MiB.
 *
 * The header matters: V8 collects young buffers at 64 MiB of them, and everything just beyond. Buffers of 16 MiB to the byte
 * are the one size that is collected the cheap way, in two thirds of the time that 12, 15, 17 or 16 MiB and 4 bytes take.
 */
export function growingCases(): Case[] {
  const header = new Uint8Array([FRAME_BYTES >>> 24, FRAME_BYTES >>> 16, FRAME_BYTES >>> 8, FRAME_BYTES]);
  const chunk = new Uint8Array(CHUNK_BYTES).fill(7);
  return [
    {
      name: "grow",
      run: () => {
        const decoder = new Decoder(lengthPrefixed({ maxFrameLength: FRAME_BYTES }));
        decoder.visit(header, () => {});
        let bytes = 0;
        for (let at = 0; at < FRAME_BYTES; at += CHUNK_BYTES) {
          for (const frame of decoder.push(chunk)) bytes += frame.length;
        }
        return expectCount(bytes, FRAME_BYTES) / MEBIBYTE;
      },
    },
    {
      name: "copy",
      run: () => {
        const whole = new Uint8Array(header.length + FRAME_BYTES);
        whole.set(header);
        for (let at = header.length; at < whole.length; at += CHUNK_BYTES) whole.set(chunk, at);
        return expectCount(whole.length - header.length, FRAME_BYTES) / MEBIBYTE;
      },
    },
  ];
}
