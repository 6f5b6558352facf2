/**
 * `bytes` from `start` to before `end`, as a view.
 *
 * As `subarray()`, but always a plain `Uint8Array`, also of a Node `Buffer`, and in half the time on Node.
 */
export function view(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
}
