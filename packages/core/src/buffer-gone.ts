/** Why a call fails whose buffer is not there any more: it was transferred elsewhere, or shrunk, before the call or while it waited. */
export function bufferGone(): TypeError {
  return new TypeError("A buffer must not be transferred or shrunk before a call is through with it");
}

/**
 * Tells an empty buffer from one that is gone, which has no bytes either. For adapters, too.
 *
 * @throws {TypeError} It is gone.
 */
export function checkEmpty(bytes: Uint8Array): void {
  try {
    // Any method but subarray() looks.
    bytes.at(0);
  } catch {
    throw bufferGone();
  }
}

/** For adapters, too. @throws {TypeError} A buffer that had `byteLength` bytes has fewer, or is gone. */
export function checkStillThere(bytes: Uint8Array, byteLength: number): void {
  if (bytes.byteLength < byteLength) throw bufferGone();
  if (bytes.byteLength === 0) checkEmpty(bytes);
}
