import { ByteSearch } from "./byte-search.ts";
import type { Splitter } from "./codec.ts";
import { type DelimitedRules, DelimitedSplitter } from "./delimited.ts";
import type { FrameError } from "./frame-error.ts";
import type { Intake } from "./intake.ts";
import { utf8Text } from "./utf8.ts";

/** How much text is decoded together: measured, more gains little, and a line that is kept keeps all of it. */
const BLOCK_BYTES = 16384;
/** Fewer bytes are decoded line by line. */
const LEAST_BLOCK_BYTES = 256;
/** Where a block's end is looked for; when lines are longer, decoding them together gains nothing. */
const LONGEST_LINE_BYTES = 1024;

const NOWHERE = -1;

/**
 * Lines of UTF-8 as strings.
 *
 * Many lines are decoded together and cut apart as text: a call of `TextDecoder` for each line takes four to eight times as long.
 */
export class TextSplitter implements Splitter<string> {
  readonly #rules: DelimitedRules;
  readonly #lines: DelimitedSplitter;
  readonly #search: ByteSearch;
  readonly #delimiter: string;

  /**
   * The intake's `base` that the offsets are for. With that, offsets stand for places in the stream,
   * where the bytes are always the same: of a buffer, which may have been filled anew, they would not be.
   */
  #base = 0;
  #text = "";
  #textAt = 0;
  /** Offsets: where the text at `#textAt` begins, and where the block ends. */
  #byteAt = NOWHERE;
  #blockEnd = 0;
  /** Where the last line that was cut off began, for whoever leaves it there. */
  #lineAt = NOWHERE;
  #lineTextAt = 0;
  /** Whether offsets in the text and in its bytes are the same. */
  #isAscii = false;
  /** Before this offset no block is to be made. */
  #singlyUntil = 0;
  /** The frame that `split()` found, where it found it as text. */
  #line: string | undefined;

  constructor(rules: DelimitedRules) {
    this.#rules = rules;
    this.#lines = new DelimitedSplitter(rules);
    this.#search = new ByteSearch(rules.delimiter);
    this.#delimiter = utf8Text(rules.delimiter);
  }

  split(intake: Intake, from: number): boolean {
    if (this.#isInBlock(intake, from) || this.#makeBlock(intake, from)) {
      if (this.#splitText(intake, from)) return true;
    }
    this.#line = undefined;
    return this.#lines.split(intake, from);
  }

  wants(intake: Intake, from: number, chunk: Uint8Array, at: number): number {
    return this.#lines.wants(intake, from, chunk, at);
  }

  finish(intake: Intake, from: number): boolean {
    return this.#lines.finish(intake, from);
  }

  decode(intake: Intake): string {
    if (this.#line !== undefined) return this.#line;
    try {
      return utf8Text(this.#lines.decode(intake));
    } catch (cause) {
      throw intake.error("malformed", "it is not UTF-8", { cause });
    }
  }

  recover(error: FrameError): boolean {
    return this.#lines.recover(error);
  }

  #isInBlock(intake: Intake, from: number): boolean {
    if (from === this.#byteAt && intake.base === this.#base) return from < this.#blockEnd;
    return this.#byteAt !== NOWHERE && this.#goTo(intake, from);
  }

  /** Goes back to the line that was cut off last, or on from there, perhaps behind what was no line; false when `from` is elsewhere. */
  #goTo(intake: Intake, from: number): boolean {
    this.#rebase(intake.base);
    if (from === this.#lineAt) {
      this.#textAt = this.#lineTextAt;
    } else if (this.#isAhead(intake, from)) {
      this.#textAt += this.#isAscii ? from - this.#byteAt : textLength(intake.bytes, this.#byteAt, from);
    } else {
      return false;
    }
    this.#byteAt = from;
    return true;
  }

  /** Whether a line of the block may begin at `from`, behind the last one: it has an end there, and `from` is within no character. */
  #isAhead({ bytes }: Intake, from: number): boolean {
    const lastEnd = this.#blockEnd - this.#rules.delimiter.length;
    if (from < this.#byteAt || from > lastEnd || !isFirstOfCharacter(bytes[from] as number)) return false;
    // What the intake has given up cannot be counted.
    return this.#isAscii || this.#byteAt >= 0;
  }

  #rebase(base: number): void {
    const shift = this.#base - base;
    this.#base = base;
    this.#byteAt += shift;
    this.#lineAt += shift;
    this.#blockEnd += shift;
  }

  /** Cuts the next line off the block, unless it is too long. */
  #splitText(intake: Intake, from: number): boolean {
    const { delimiter, tolerates, max } = this.#rules;
    const text = this.#text;
    const textAt = this.#textAt;
    let textEnd = text.indexOf(this.#delimiter, textAt);
    let end = this.#isAscii ? from + textEnd - textAt : this.#search.find(intake.bytes, from, this.#blockEnd);
    const next = end + delimiter.length;
    this.#lineAt = from;
    this.#lineTextAt = textAt;
    this.#textAt = textEnd + delimiter.length;
    this.#byteAt = next;
    if (tolerates !== undefined && end > from && intake.bytes[end - 1] === tolerates) {
      end--;
      textEnd--;
    }
    if (end - from > max) return false;
    intake.start = from;
    intake.end = end;
    intake.next = next;
    this.#line = text.slice(textAt, textEnd);
    return true;
  }

  /** Decodes whole lines from `from` on, if there are many of them here. */
  #makeBlock(intake: Intake, from: number): boolean {
    const { bytes, base, limit } = intake;
    if (limit - from < LEAST_BLOCK_BYTES || this.#lines.isWithinFrame) return false;
    if (base === this.#base && from < this.#singlyUntil) return false;
    const to = Math.min(limit, from + BLOCK_BYTES);
    const end = this.#lastLineEnd(bytes, Math.max(from, to - LONGEST_LINE_BYTES), to);
    const text = end > from ? decoded(bytes.subarray(from, end)) : undefined;
    this.#base = base;
    this.#byteAt = text === undefined ? NOWHERE : from;
    this.#lineAt = this.#byteAt;
    this.#lineTextAt = 0;
    this.#singlyUntil = text === undefined ? Math.max(end, to) : 0;
    if (text === undefined) return false;
    this.#text = text;
    this.#textAt = 0;
    this.#blockEnd = end;
    this.#isAscii = text.length === end - from;
    return true;
  }

  /** Where the last delimiter from `from` to before `to` ends; 0 if there is none. */
  #lastLineEnd(bytes: Uint8Array, from: number, to: number): number {
    const { length } = this.#rules.delimiter;
    for (let end = to; end >= from + length; end--) {
      if (this.#search.beginsWith(bytes, end - length, length)) return end;
    }
    return 0;
  }
}

/** The text of `bytes`, undefined when they are not UTF-8. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8Text(bytes);
  } catch {
    return undefined;
  }
}

/** Whether a character of UTF-8 begins with this byte. */
function isFirstOfCharacter(byte: number): boolean {
  return (byte & 0xc0) !== 0x80;
}

/** How long the text is that is whole characters of UTF-8, from `start` to before `end`. */
function textLength(bytes: Uint8Array, start: number, end: number): number {
  let length = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (isFirstOfCharacter(byte)) length += byte < 0xf0 ? 1 : 2;
  }
  return length;
}
