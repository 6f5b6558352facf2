import { Decoder, lengthPrefixed } from "omnisock/framing";
import type { Case } from "./case.ts";
import { expectCount } from "./chunks.ts";

const MEBIBYTE = 2 ** 20;
const FRAME_BYTES = 16 * MEBIBYTE;
const CHUNK_BYTES = 1024;

/** One frame of 16 MiB that arrives in chunks of 1 KiB, and a mere copy of such chunks to one new buffer. They count MiB. */
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
        const whole = new Uint8Array(FRAME_BYTES);
        for (let at = 0; at < FRAME_BYTES; at += CHUNK_BYTES) whole.set(chunk, at);
        return expectCount(whole.length, FRAME_BYTES) / MEBIBYTE;
      },
    },
  ];
}
