/** The same bytes in memory of their own: a Node `Buffer`'s `slice()` would be a view. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`Bytes are a Uint8Array, not ${typeof bytes}`);
  return new Uint8Array(bytes);
}
