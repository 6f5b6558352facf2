/**
 * `bytes` in memory of their own, as a plain `Uint8Array`. The `slice()` of a Node `Buffer` would be a view.
 *
 * @throws {TypeError} They are no Uint8Array.
 */
export function copyOf(bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`Bytes are a Uint8Array, not ${typeof bytes}`);
  return new Uint8Array(bytes);
}
