const CHUNK_BYTES = 65536;
/** A mebibyte: a socket's buffers are reused, too, and so are in the cache. */
const CHUNKS = 16;

/** Frames of `frameBytes` bytes, each made of x's by `prepare`, in chunks whose ends fall where they may. */
export function chunksOf(
  frameBytes: number,
  prepare: (frame: Uint8Array) => void,
): { readonly chunks: Uint8Array<ArrayBuffer>[]; readonly frames: number } {
  const frames = Math.floor((CHUNK_BYTES * CHUNKS) / frameBytes);
  const stream = new Uint8Array(frames * frameBytes).fill("x".charCodeAt(0));
  for (let i = 0; i < frames; i++) prepare(stream.subarray(i * frameBytes, (i + 1) * frameBytes));
  // The first chunk is shorter, so that most chunks begin and end within a frame.
  const chunks = [stream.slice(0, CHUNK_BYTES - 13)];
  for (let at = CHUNK_BYTES - 13; at < stream.length; at += CHUNK_BYTES)
    chunks.push(stream.slice(at, at + CHUNK_BYTES));
  return { chunks, frames };
}

export function* again<T>(items: readonly T[], times: number): Generator<T, undefined> {
  for (let i = 0; i < times; i++) yield* items;
}

/** `count`, if it is what was expected: a fast way to do something else is no result. */
export function expectCount(count: number, expected: number): number {
  if (count !== expected) throw new Error(`${count} instead of ${expected}`);
  return count;
}
