/** Sizes of buffers in bytes, and how many of each are kept at most: as much memory for each size, and 1.5 MiB for all. */
const SIZES: readonly { readonly byteLength: number; readonly kept: number; readonly spare: Uint8Array[] }[] = [
  { byteLength: 1024, kept: 512, spare: [] },
  { byteLength: 8192, kept: 64, spare: [] },
  { byteLength: 65536, kept: 8, spare: [] },
];

/** The size of the largest buffer. */
export const LARGEST_BUFFER_BYTES = 65536;

/**
 * A buffer for bytes on their way out, with anything in it: one that is spare, or else a new one.
 *
 * An idle connection needs none, and what many send in one turn is mostly short. Measured with 64 connections, buffers of 64 KiB
 * for each of them took longer to make and to collect than all else.
 *
 * @param byteLength Bytes that it has room for at least, up to `LARGEST_BUFFER_BYTES`.
 */
export function takeBuffer(byteLength: number): Uint8Array {
  for (const size of SIZES) {
    if (byteLength <= size.byteLength) return size.spare.pop() ?? new Uint8Array(size.byteLength);
  }
  throw new RangeError(`A buffer has up to ${LARGEST_BUFFER_BYTES} bytes, not ${byteLength}`);
}

/** Gives back what `takeBuffer()` gave, for whoever takes one next. */
export function giveBackBuffer(buffer: Uint8Array): void {
  for (const { byteLength, kept, spare } of SIZES) {
    if (buffer.byteLength === byteLength && spare.length < kept) spare.push(buffer);
  }
}
