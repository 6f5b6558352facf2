import { checkedBytes } from "./codec.ts";
import { utf8Text } from "./utf8.ts";

/**
 * Reads a binary header, field by field.
 *
 * Numbers are in network order unless `littleEndian` is given. A read that would go beyond the end throws and reads nothing.
 *
 * @throws {RangeError} From every method that reads: the bytes end before.
 *
 * @example
 * ```ts
 * const header = new ByteReader(frame);
 * const type = header.u8();
 * const id = header.u32();
 * const name = header.text(header.u16());
 * ```
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  /** @throws {TypeError} `bytes` is no Uint8Array. */
  constructor(bytes: Uint8Array) {
    this.#bytes = checkedBytes(bytes);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#pass(1));
  }

  u16(littleEndian: boolean = false): number {
    return this.#view.getUint16(this.#pass(2), littleEndian);
  }

  u24(littleEndian: boolean = false): number {
    const at = this.#pass(3);
    const middle = this.#view.getUint8(at + 1) * 0x100;
    const first = this.#view.getUint8(at);
    const last = this.#view.getUint8(at + 2);
    return littleEndian ? last * 0x10000 + middle + first : first * 0x10000 + middle + last;
  }

  u32(littleEndian: boolean = false): number {
    return this.#view.getUint32(this.#pass(4), littleEndian);
  }

  u64(littleEndian: boolean = false): bigint {
    return this.#view.getBigUint64(this.#pass(8), littleEndian);
  }

  i8(): number {
    return this.#view.getInt8(this.#pass(1));
  }

  i16(littleEndian: boolean = false): number {
    return this.#view.getInt16(this.#pass(2), littleEndian);
  }

  i32(littleEndian: boolean = false): number {
    return this.#view.getInt32(this.#pass(4), littleEndian);
  }

  i64(littleEndian: boolean = false): bigint {
    return this.#view.getBigInt64(this.#pass(8), littleEndian);
  }

  /** IEEE 754, single precision. */
  f32(littleEndian: boolean = false): number {
    return this.#view.getFloat32(this.#pass(4), littleEndian);
  }

  /** IEEE 754, double precision. */
  f64(littleEndian: boolean = false): number {
    return this.#view.getFloat64(this.#pass(8), littleEndian);
  }

  /** The next `length` bytes, as a view. */
  bytes(length: number): Uint8Array {
    const at = this.#pass(length);
    return this.#bytes.subarray(at, at + length);
  }

  /**
   * The next `length` bytes as UTF-8.
   *
   * @throws {TypeError} They are not UTF-8.
   */
  text(length: number): string {
    return utf8Text(this.bytes(length));
  }

  /** All bytes not read yet, as a view. */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  skip(length: number): this {
    this.#pass(length);
    return this;
  }

  /** Where to read `length` bytes. */
  #pass(length: number): number {
    if (!(Number.isInteger(length) && length >= 0)) throw new RangeError(`${length} is no number of bytes`);
    if (length > this.remaining) {
      throw new RangeError(`${length} bytes at offset ${this.#offset} are beyond the end: there are ${this.remaining}`);
    }
    const at = this.#offset;
    this.#offset += length;
    return at;
  }
}
