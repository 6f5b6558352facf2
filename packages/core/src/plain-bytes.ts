/** `bytes` as whoever receives them is to have them: some runtimes give a Buffer, whose `slice()` is a view. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
