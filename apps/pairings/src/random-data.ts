import { createHash, randomFillSync } from "node:crypto";

export interface RandomData {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/**
 * Makes the data that all pairings send.
 *
 * It is made and hashed once and then shared: the kernel's generator gives some hundred megabytes a second, which would
 * cost more than the echo if each pairing had its own. Random, so that bytes lost, doubled or exchanged change the hash.
 */
export function randomData(byteLength: number): RandomData {
  const bytes = randomFillSync(Buffer.allocUnsafe(byteLength));
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}
