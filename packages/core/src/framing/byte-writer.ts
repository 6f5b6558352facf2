import { checkedBytes, wholeNumber } from "./codec.ts";
import { utf8Bytes } from "./utf8.ts";

/**
 * Writes a binary header of known length, field by field.
 *
 * Numbers are in network order unless `littleEndian` is given. Every method returns this writer.
 *
 * @throws {RangeError} From every method that writes: there is no room, or the number does not fit its field. Nothing is
 * written then.
 * @throws {TypeError} From them, too: the value is of another type. Nothing is written then, either.
 *
 * @example
 * ```ts
 * const header = new ByteWriter(7).u8(1).u32(id).u16(body.length).written;
 * ```
 */
export class ByteWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  /**
   * @param into The bytes to write to, or how many to make.
   * @throws {TypeError} `into` is neither a Uint8Array nor a number.
   * @throws {RangeError} `into` is a number, but not a whole one from 0 up, or there is not so much memory.
   */
  constructor(into: Uint8Array | number) {
    this.#bytes = typeof into === "number" ? new Uint8Array(wholeNumber("A length", into, 0)) : checkedBytes(into);
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
  }

  /** Bytes written so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Room for so many bytes is left. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** What has been written, as a view. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#offset);
  }

  u8(value: number): this {
    this.#view.setUint8(this.#pass(1, value, 0, 0xff), value);
    return this;
  }

  u16(value: number, littleEndian: boolean = false): this {
    this.#view.setUint16(this.#pass(2, value, 0, 0xffff), value, littleEndian);
    return this;
  }

  u24(value: number, littleEndian: boolean = false): this {
    const at = this.#pass(3, value, 0, 0xffffff);
    this.#view.setUint8(at, littleEndian ? value & 0xff : value >>> 16);
    this.#view.setUint8(at + 1, (value >>> 8) & 0xff);
    this.#view.setUint8(at + 2, littleEndian ? value >>> 16 : value & 0xff);
    return this;
  }

  u32(value: number, littleEndian: boolean = false): this {
    this.#view.setUint32(this.#pass(4, value, 0, 0xffffffff), value, littleEndian);
    return this;
  }

  u64(value: bigint, littleEndian: boolean = false): this {
    this.#view.setBigUint64(this.#passBig(value, BigInt.asUintN(64, value)), value, littleEndian);
    return this;
  }

  i8(value: number): this {
    this.#view.setInt8(this.#pass(1, value, -0x80, 0x7f), value);
    return this;
  }

  i16(value: number, littleEndian: boolean = false): this {
    this.#view.setInt16(this.#pass(2, value, -0x8000, 0x7fff), value, littleEndian);
    return this;
  }

  i32(value: number, littleEndian: boolean = false): this {
    this.#view.setInt32(this.#pass(4, value, -0x80000000, 0x7fffffff), value, littleEndian);
    return this;
  }

  i64(value: bigint, littleEndian: boolean = false): this {
    this.#view.setBigInt64(this.#passBig(value, BigInt.asIntN(64, value)), value, littleEndian);
    return this;
  }

  /** IEEE 754, single precision: the nearest to `value`. */
  f32(value: number, littleEndian: boolean = false): this {
    this.#view.setFloat32(this.#passFloat(4, value), value, littleEndian);
    return this;
  }

  /** IEEE 754, double precision. */
  f64(value: number, littleEndian: boolean = false): this {
    this.#view.setFloat64(this.#passFloat(8, value), value, littleEndian);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    this.#bytes.set(bytes, this.#room(checkedBytes(bytes).length));
    return this;
  }

  /** `text` as UTF-8; lone surrogates as U+FFFD. */
  text(text: string): this {
    return this.bytes(utf8Bytes(text));
  }

  /** `length` zeros. */
  zeros(length: number): this {
    const at = this.#room(wholeNumber("A length", length, 0));
    this.#bytes.fill(0, at, at + length);
    return this;
  }

  /** Where to write a number of `length` bytes that lies between `least` and `most`. */
  #pass(length: number, value: number, least: number, most: number): number {
    wholeNumber(`A number of ${8 * length} bits`, value, least, most);
    return this.#room(length);
  }

  #passFloat(length: number, value: number): number {
    if (typeof value !== "number") throw new TypeError(`A number is no ${typeof value}`);
    return this.#room(length);
  }

  #passBig(value: bigint, fitted: bigint): number {
    if (value !== fitted) throw new RangeError(`${value} does not fit in 64 bits`);
    return this.#room(8);
  }

  #room(length: number): number {
    if (length > this.remaining) {
      throw new RangeError(
        `${length} bytes at offset ${this.#offset} are beyond the end: there is room for ${this.remaining}`,
      );
    }
    const at = this.#offset;
    this.#offset += length;
    return at;
  }
}
