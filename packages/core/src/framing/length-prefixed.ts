import { ByteSplitter, type Codec, checkedBytes, DEFAULT_MAX_FRAME_LENGTH, oneOf, wholeNumber } from "./codec.ts";
import { FrameError, tooLong } from "./frame-error.ts";
import type { FrameOutput } from "./frame-output.ts";
import { Intake } from "./intake.ts";
import {
  DecimalField,
  type LengthField,
  type LengthFormat,
  Unsigned32Field,
  UnsignedField,
  unsigned32,
  VarintField,
} from "./length-field.ts";

export interface LengthPrefixedOptions {
  /** How the length is written. Default: `"u32"`. */
  readonly length?: LengthFormat | undefined;
  /** Which byte of the length comes first: the highest (`"big"`, network order) or the lowest. Default: `"big"`. */
  readonly endian?: "big" | "little" | undefined;
  /** Bytes before the length field, 0 to 65520. Sent as zeros, unless the header is kept. Default: 0. */
  readonly headerOffset?: number | undefined;
  /** Added to the number received, to give the bytes that follow the length field; -2^32 to 2^32. Default: 0. */
  readonly lengthAdjustment?: number | undefined;
  /** Whether the number counts the header too: all bytes to the end of the length field. Default: false. */
  readonly lengthIncludesHeader?: boolean | undefined;
  /**
   * Whether frames are given and taken without their header (`"strip"`) or with it (`"keep"`). Default: `"strip"`.
   * With `"keep"`, sending checks that the header says the frame's length.
   */
  readonly header?: "strip" | "keep" | undefined;
  /** The longest frame, in bytes, 0 or more; the header counts where it is kept. Default: 1 MiB. */
  readonly maxFrameLength?: number | undefined;
}

/** The bytes of the numbers of fixed width. */
const WIDTHS = { u8: 1, u16: 2, u24: 3, u32: 4, u64: 8 } as const;
/** A header and its length are written in one piece. */
const MOST_OFFSET = 65520;
/** The longest frame that is encoded in one step with its header: that saves a seventh of what a small frame takes to send. */
const MOST_SHORT_BYTES = 255;
/** However the greatest numbers are adjusted, those that are not exact stay greater than any frame is long. */
const MOST_ADJUSTMENT = 2 ** 32;
/** With more digits, not every number is exact. */
const MOST_DIGITS = 15;

/**
 * Each frame begins with its length.
 *
 * Sending throws `FrameError` `too-long` for a frame longer than `maxFrameLength` or than the length field can say, and, with
 * the header kept, `malformed` for a header that does not say the frame's length.
 *
 * @throws {TypeError} An option is of the wrong type, or none of its choices.
 * @throws {RangeError} A number is out of range, or the options make every length negative.
 *
 * Source: Socket HOWTO, "or indicate how long they are"; the options are those of Netty's LengthFieldBasedFrameDecoder.
 *
 * @example
 * ```ts
 * lengthPrefixed({ length: { digits: 5 } }); // the HOWTO's "5 numeric characters"
 * lengthPrefixed({ length: "u24", headerOffset: 1, header: "keep" }); // a type, then three bytes of length
 * ```
 */
export function lengthPrefixed(options: LengthPrefixedOptions = {}): Codec<Uint8Array> {
  const { length = "u32", endian = "big", header = "strip", lengthIncludesHeader = false } = options;
  const { headerOffset = 0, lengthAdjustment = 0, maxFrameLength = DEFAULT_MAX_FRAME_LENGTH } = options;
  const layout: Layout = {
    field: fieldOf(length, oneOf("endian", endian, ["big", "little"]) === "little"),
    offset: wholeNumber("headerOffset", headerOffset, 0, MOST_OFFSET),
    adjustment: wholeNumber("lengthAdjustment", lengthAdjustment, -MOST_ADJUSTMENT, MOST_ADJUSTMENT),
    includesHeader: oneOf("lengthIncludesHeader", lengthIncludesHeader, [false, true]),
    keeps: oneOf("header", header, ["strip", "keep"]) === "keep",
    max: wholeNumber("maxFrameLength", maxFrameLength, 0),
  };
  if (longest(layout) < 0) throw new RangeError("Every length that the field can say is negative");
  const isPlain = layout.offset === 0 && !isAdjusted(layout) && layout.field instanceof Unsigned32Field;
  return isPlain ? new PlainUnsigned32(layout) : new LengthPrefixed(layout);
}

function fieldOf(length: LengthFormat, isLittle: boolean): LengthField {
  if (typeof length === "object") return new DecimalField(wholeNumber("digits", length.digits, 1, MOST_DIGITS));
  oneOf("length", length, ["u8", "u16", "u24", "u32", "u64", "varint"]);
  if (length === "varint") return new VarintField();
  return length === "u32" && !isLittle ? new Unsigned32Field() : new UnsignedField(WIDTHS[length], isLittle);
}

interface Layout {
  readonly field: LengthField;
  readonly offset: number;
  readonly adjustment: number;
  readonly includesHeader: boolean;
  readonly keeps: boolean;
  readonly max: number;
}

/** The most bytes behind the header that a length can say. */
function longest({ field, adjustment, includesHeader, offset }: Layout): number {
  return field.greatest + adjustment - (includesHeader ? offset + field.fixedWidth : 0);
}

/** Whether the number is another than that of the frame's bytes. */
function isAdjusted({ adjustment, includesHeader, keeps }: Layout): boolean {
  return adjustment !== 0 || includesHeader || keeps;
}

class LengthPrefixed extends ByteSplitter implements Codec<Uint8Array> {
  // Its own fields: by way of a Layout, split() takes half as much again on Bun.
  readonly #field: LengthField;
  readonly #fixedWidth: number;
  readonly #offset: number;
  readonly #includesHeader: boolean;
  readonly #adjustment: number;
  readonly #keeps: boolean;
  readonly #max: number;
  /** Whether the header is the frame's length and nothing else. */
  readonly #isPlain: boolean;

  constructor(layout: Layout) {
    super();
    this.#field = layout.field;
    this.#fixedWidth = layout.field.fixedWidth;
    this.#offset = layout.offset;
    this.#includesHeader = layout.includesHeader;
    this.#adjustment = layout.adjustment;
    this.#keeps = layout.keeps;
    this.#max = layout.max;
    this.#isPlain =
      layout.field.fixedWidth > 0 &&
      layout.offset === 0 &&
      !isAdjusted(layout) &&
      layout.field.greatest >= MOST_SHORT_BYTES;
  }

  splitter(): this {
    return this;
  }

  split(intake: Intake, from: number): boolean {
    const fieldAt = from + this.#offset;
    const width = this.#fixedWidth || this.#field.width(intake, fieldAt);
    const body = fieldAt + width;
    if (body > intake.limit) {
      intake.need = body - intake.at;
      return false;
    }
    let length = this.#field.read(intake, fieldAt, width) + this.#adjustment;
    if (this.#includesHeader) length -= body - from;
    if (length < 0) throw intake.error("malformed", `its length is ${length}`);
    const frame = this.#keeps ? length + (body - from) : length;
    if (frame > this.#max) throw tooLong(intake.position, this.#max, frame);
    const end = body + length;
    if (end > intake.limit) {
      intake.need = end - intake.at;
      return false;
    }
    intake.start = end - frame;
    intake.end = end;
    intake.next = end;
    return true;
  }

  encode(frame: Uint8Array, out: FrameOutput): void {
    this.encodeRange(frame, 0, frame.length, out);
  }

  encodeRange(bytes: Uint8Array, start: number, end: number, out: FrameOutput): void {
    const length = end - start;
    if (length > this.#max) throw tooLong(out.position, this.#max, length);
    if (this.#isPlain && length <= MOST_SHORT_BYTES) {
      const at = out.appendBehind(this.#fixedWidth, bytes, start, end);
      this.#field.write(length, out.bytes, at, this.#fixedWidth);
      return;
    }
    if (this.#keeps) {
      checkedBytes(bytes);
      this.#checkHeader(bytes, start, end, out.position);
    } else {
      this.#appendHeader(length, out);
    }
    out.append(bytes, start, end);
  }

  #appendHeader(length: number, out: FrameOutput): void {
    const field = this.#field;
    const offset = this.#offset;
    let value = length - this.#adjustment;
    if (this.#includesHeader) {
      // A varint that counts itself may need a byte more for that.
      let width = 1;
      while (field.widthOf(value + offset + width) > width) width++;
      value += offset + width;
    }
    if (value < 0) throw new FrameError("malformed", `its length would be sent as ${value}`, out.position);
    if (value > field.greatest) throw tooLong(out.position, length - (value - field.greatest), length);
    const width = this.#fixedWidth || field.widthOf(value);
    const at = out.reserve(offset + width);
    if (offset > 0) out.bytes.fill(0, at, at + offset);
    field.write(value, out.bytes, at + offset, width);
  }

  #checkHeader(bytes: Uint8Array, start: number, end: number, position: number): void {
    const intake = new Intake();
    intake.look(bytes, start, end, position - start);
    if (!this.split(intake, start) || intake.next !== end) {
      throw new FrameError("malformed", "its header does not say its length", position);
    }
  }
}

/** Four bytes, the highest first, and nothing else, as most protocols have it: a frame is found in a fifth less time. */
class PlainUnsigned32 extends LengthPrefixed {
  readonly #max: number;

  constructor(layout: Layout) {
    super(layout);
    this.#max = layout.max;
  }

  override split(intake: Intake, from: number): boolean {
    const body = from + 4;
    const length = body <= intake.limit ? unsigned32(intake.bytes, from) : 0;
    // To be refused.
    if (length > this.#max) return super.split(intake, from);
    const end = body + length;
    if (end > intake.limit) {
      intake.need = end - intake.at;
      return false;
    }
    intake.start = body;
    intake.end = end;
    intake.next = end;
    return true;
  }
}
