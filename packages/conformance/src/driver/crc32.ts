const LANES = 8;

/** Slicing by eight: entry `256 * lane + byte` is what a byte does to the state once `lane` more bytes have followed. */
const TABLE: Uint32Array = new Uint32Array(256 * LANES);
for (let index = 0; index < TABLE.length; index++) {
  let entry = index < 256 ? index : at(index - 256);
  for (let bit = 0; bit < 8; bit++) entry = entry & 1 ? (entry >>> 1) ^ 0xedb88320 : entry >>> 1;
  TABLE[index] = entry;
}

function at(index: number): number {
  return TABLE[index] as number;
}

/** The CRC-32 of ISO-HDLC, as zlib's crc32() has it, of bytes that come in parts. */
export class Crc32 {
  #state = 0xffffffff;
  #byteLength = 0;

  add(bytes: Uint8Array): void {
    const byte = (index: number): number => bytes[index] as number;
    let state = this.#state;
    let index = 0;
    for (; index + LANES <= bytes.byteLength; index += LANES) {
      state ^= byte(index) | (byte(index + 1) << 8) | (byte(index + 2) << 16) | (byte(index + 3) << 24);
      state =
        at(1792 + (state & 255)) ^
        at(1536 + ((state >>> 8) & 255)) ^
        at(1280 + ((state >>> 16) & 255)) ^
        at(1024 + (state >>> 24)) ^
        at(768 + byte(index + 4)) ^
        at(512 + byte(index + 5)) ^
        at(256 + byte(index + 6)) ^
        at(byte(index + 7));
    }
    for (; index < bytes.byteLength; index++) state = (state >>> 8) ^ at((state ^ byte(index)) & 255);
    this.#state = state;
    this.#byteLength += bytes.byteLength;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** How many bytes, and their checksum in hexadecimal: "3 352441c2". */
  toString(): string {
    return `${this.#byteLength} ${((this.#state ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0")}`;
  }
}
