/** Bytes for tests. */
export function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** `byteLength` bytes of any content. */
export function random(byteLength: number): Uint8Array {
  const bytes = new Uint8Array(byteLength);
  // No call fills more at a time.
  for (let at = 0; at < byteLength; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  return bytes;
}
