const TABLE: Uint32Array = new Uint32Array(256);
for (let index = 0; index < 256; index++) {
  let entry = index;
  for (let bit = 0; bit < 8; bit++) entry = entry & 1 ? (entry >>> 1) ^ 0xedb88320 : entry >>> 1;
  TABLE[index] = entry;
}

/** The CRC-32 of ISO-HDLC, as zlib's crc32() has it, of bytes that come in parts. */
export class Crc32 {
  #state = 0xffffffff;
  #byteLength = 0;

  add(bytes: Uint8Array): void {
    let state = this.#state;
    for (const byte of bytes) state = (state >>> 8) ^ (TABLE[(state ^ byte) & 255] ?? 0);
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
