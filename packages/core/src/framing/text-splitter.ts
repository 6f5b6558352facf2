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

  /**
   * The intake's `base` that the offsets are for. With that, offsets stand for places in the stream,
   * where the bytes are always the same: of a buffer, which may have been filled anew, they would not be.
   */
  #base = 0;
  /** Whole lines, decoded together. */
  #text = "";
  /** Offset where the block begins, and where the delimiter of its last line does. */
  #blockStart = 0;
  #lastEnd = NOWHERE;
  /** Whether offsets in the text and in the block's bytes are the same. */
  #isAscii = false;
  /** Where they are not: the next line's offset, and where it is in the text; and those of the last line, for whoever leaves it there. */
  #byteAt = 0;
  #textAt = 0;
  #lineAt = 0;
  #lineTextAt = 0;
  /** Before this offset no block is to be made. */
  #singlyUntil = 0;
  /** The frame that `split()` found, where it found it as text. */
  #line: string | undefined;

  constructor(rules: DelimitedRules) {
    this.#rules = rules;
    this.#lines = new DelimitedSplitter(rules);
    this.#search = new ByteSearch(rules.delimiter);
  }

  split(intake: Intake, from: number): boolean {
    if (this.#isInBlock(intake, from) || this.#makeBlock(intake, from)) {
      if (this.#isAscii ? this.#cutAscii(intake, from) : this.#cut(intake, from)) return true;
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

  /** Whether a line of the block may begin at `from`: it has an end there, and where it is in the text is known. */
  #isInBlock(intake: Intake, from: number): boolean {
    if (intake.base !== this.#base) this.#rebase(intake.base);
    if (from > this.#lastEnd) return false;
    if (this.#isAscii) return from >= this.#blockStart;
    return from === this.#byteAt || this.#goTo(intake, from);
  }

  #rebase(base: number): void {
    const shift = this.#base - base;
    this.#base = base;
    this.#singlyUntil = 0;
    if (this.#lastEnd === NOWHERE) return;
    this.#blockStart += shift;
    this.#lastEnd += shift;
    this.#byteAt += shift;
    this.#lineAt += shift;
  }

  /** Goes back to the line that was cut off last, or on from there, perhaps behind what was no line; false when `from` is elsewhere. */
  #goTo({ bytes }: Intake, from: number): boolean {
    if (from === this.#lineAt) {
      this.#textAt = this.#lineTextAt;
    } else {
      // What the intake has given up cannot be counted.
      const isAhead = from > this.#byteAt && this.#byteAt >= 0 && isFirstOfCharacter(bytes[from] as number);
      if (!isAhead) return false;
      this.#textAt += textLength(bytes, this.#byteAt, from);
    }
    this.#byteAt = from;
    return true;
  }

  /** Cuts off the line at `from`, unless it is too long. */
  #cutAscii(intake: Intake, from: number): boolean {
    const { delimiter, tolerates, max } = this.#rules;
    const start = this.#blockStart;
    let end = start + indexOfEnding(this.#text, from - start, delimiter.length);
    const next = end + delimiter.length;
    if (tolerates !== undefined && end > from && intake.bytes[end - 1] === tolerates) end--;
    if (end - from > max) return false;
    intake.start = from;
    intake.end = end;
    intake.next = next;
    this.#line = this.#text.slice(from - start, end - start);
    return true;
  }

  /** As `#cutAscii()`, by places in the text that are kept. Measured: one method for both takes ASCII half of what it gains. */
  #cut(intake: Intake, from: number): boolean {
    const { delimiter, tolerates, max } = this.#rules;
    const textAt = this.#textAt;
    let textEnd = indexOfEnding(this.#text, textAt, delimiter.length);
    let end = this.#search.find(intake.bytes, from, this.#lastEnd + delimiter.length);
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
    this.#line = this.#text.slice(textAt, textEnd);
    return true;
  }

  /** Decodes whole lines from `from` on, if there are many of them here. */
  #makeBlock(intake: Intake, from: number): boolean {
    const { bytes, limit } = intake;
    if (limit - from < LEAST_BLOCK_BYTES || this.#lines.isWithinFrame || from < this.#singlyUntil) return false;
    const to = Math.min(limit, from + BLOCK_BYTES);
    const end = this.#lastLineEnd(bytes, Math.max(from, to - LONGEST_LINE_BYTES), to);
    const text = end > from ? decoded(bytes.subarray(from, end)) : undefined;
    this.#lastEnd = text === undefined ? NOWHERE : end - this.#rules.delimiter.length;
    this.#singlyUntil = text === undefined ? Math.max(end, to) : 0;
    if (text === undefined) return false;
    this.#text = text;
    this.#isAscii = text.length === end - from;
    this.#blockStart = from;
    this.#byteAt = from;
    this.#textAt = 0;
    this.#lineAt = from;
    this.#lineTextAt = 0;
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

/** Where the next LF, or CR and LF, is: literals, for JavaScriptCore finds one that it knows in two thirds of the time. */
function indexOfEnding(text: string, from: number, length: number): number {
  return length === 1 ? text.indexOf("\n", from) : text.indexOf("\r\n", from);
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
