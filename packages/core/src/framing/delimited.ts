import { copyOf } from "../copy-of.ts";
import { ByteSearch } from "./byte-search.ts";
import { ByteSplitter, type Codec, checkedBytes, DEFAULT_MAX_FRAME_LENGTH, oneOf, wholeNumber } from "./codec.ts";
import { FrameError, tooLong } from "./frame-error.ts";
import type { FrameOutput } from "./frame-output.ts";
import type { Intake } from "./intake.ts";
import { utf8Bytes } from "./utf8.ts";

export interface RecoverOptions {
  /**
   * What a bad frame does: with `"fail"`, decoding ends with it; with `"skip"`, it is discarded up to its delimiter, and
   * decoding goes on behind that. Default: `"fail"`.
   */
  readonly recover?: "fail" | "skip" | undefined;
  /** Told of each frame that was skipped. What it throws ends the decoding as a bad frame does with `"fail"`. */
  readonly onSkip?: ((error: FrameError) => void) | undefined;
}

export interface DelimitedOptions extends RecoverOptions {
  /** Whether frames are given and taken without their delimiter (`"strip"`) or with it (`"keep"`). Default: `"strip"`. */
  readonly delimiter?: "strip" | "keep" | undefined;
  /** The longest frame, in bytes, 0 or more; the delimiter counts where it is kept. Default: 1 MiB. */
  readonly maxFrameLength?: number | undefined;
}

/**
 * Each frame ends with `delimiter`.
 *
 * Sending throws `FrameError` `malformed` for a frame that the receiver would end elsewhere, and `too-long`.
 *
 * @param delimiter One byte or more; a string stands for its UTF-8 bytes.
 * @throws {TypeError} `delimiter` is neither bytes nor a string, or an option is of the wrong type.
 * @throws {RangeError} `delimiter` is empty, or a number out of range.
 *
 * Source: Socket HOWTO, "or be delimited".
 *
 * @example
 * ```ts
 * delimited("\0");
 * delimited(new Uint8Array([0x7e]), { recover: "skip", onSkip: (error) => console.warn(error.message) });
 * ```
 */
export function delimited(delimiter: Uint8Array | string, options: DelimitedOptions = {}): Codec<Uint8Array> {
  const { delimiter: how = "strip", maxFrameLength = DEFAULT_MAX_FRAME_LENGTH } = options;
  const rules: DelimitedRules = {
    ...sought(delimiterBytes(delimiter)),
    tolerates: undefined,
    keeps: oneOf("options.delimiter", how, ["strip", "keep"]) === "keep",
    max: wholeNumber("maxFrameLength", maxFrameLength, 0),
    keepsLast: false,
    ...recovery(options),
  };
  return {
    splitter: () => new DelimitedSplitter(rules),
    encode: (frame, out) => encodeDelimited(rules, frame, out),
    recovers: rules.skips,
  };
}

function delimiterBytes(delimiter: Uint8Array | string): Uint8Array {
  const bytes = typeof delimiter === "string" ? utf8Bytes(delimiter) : delimiter;
  if (!(bytes instanceof Uint8Array)) throw new TypeError("A delimiter is a Uint8Array or a string");
  if (bytes.length === 0) throw new RangeError("A delimiter has at least one byte");
  return copyOf(bytes);
}

export interface DelimitedRules {
  readonly delimiter: Uint8Array;
  /** For frames to send. */
  readonly search: ByteSearch;
  /** A byte that is stripped before the delimiter, if it is there; not with `keeps`. */
  readonly tolerates: number | undefined;
  readonly keeps: boolean;
  readonly max: number;
  /** Whether what the end of the stream leaves without a delimiter is a frame. */
  readonly keepsLast: boolean;
  readonly skips: boolean;
  readonly onSkip: ((error: FrameError) => void) | undefined;
}

export function sought(delimiter: Uint8Array): Pick<DelimitedRules, "delimiter" | "search"> {
  return { delimiter, search: new ByteSearch(delimiter) };
}

/** @throws {TypeError} `recover` is none of its choices, or `onSkip` no function. */
export function recovery({ recover = "fail", onSkip }: RecoverOptions): Pick<DelimitedRules, "skips" | "onSkip"> {
  if (onSkip !== undefined && typeof onSkip !== "function") throw new TypeError("onSkip is a function");
  return { skips: oneOf("recover", recover, ["fail", "skip"]) === "skip", onSkip };
}

/** @throws {FrameError} `malformed`, `too-long`: the receiver would not get `frame` as it is. */
export function encodeDelimited(rules: DelimitedRules, frame: Uint8Array, out: FrameOutput): void {
  const { delimiter, search, tolerates, keeps, max } = rules;
  checkedBytes(frame);
  if (frame.length > max) throw tooLong(out.position, max, frame.length);
  const body = keeps ? frame.length - delimiter.length : frame.length;
  const found = search.find(frame, 0, frame.length);
  if (keeps ? body < 0 || found !== body : found >= 0) throw misplaced(out.position);
  // The end of the frame and the beginning of the delimiter may look like a delimiter, too.
  for (let tail = search.overlap(frame, 0, body); tail > 0; tail--) {
    const isBeginning = search.beginsWith(frame, body - tail, tail);
    if (isBeginning && search.beginsWith(delimiter, 0, delimiter.length - tail, tail)) throw misplaced(out.position);
  }
  if (body > 0 && tolerates !== undefined && frame[body - 1] === tolerates) throw misplaced(out.position);
  out.append(frame);
  if (!keeps) out.append(delimiter);
}

function misplaced(position: number): FrameError {
  return new FrameError("malformed", "its content and its delimiter cannot be told apart", position);
}

/** Finds delimiters; remembers how far it has looked. */
export class DelimitedSplitter extends ByteSplitter {
  readonly #rules: DelimitedRules;
  readonly #search: ByteSearch;
  /** The longest frame that may be waited for, its delimiter included. */
  readonly #longest: number;
  /** Bytes of the frame in hand in which no delimiter begins. */
  #clear = 0;
  /** Whether the frame in hand is too long and is being discarded. */
  #isSkipping = false;

  constructor(rules: DelimitedRules) {
    super();
    this.#rules = rules;
    this.#search = new ByteSearch(rules.delimiter);
    const stripped = rules.keeps ? 0 : rules.delimiter.length + (rules.tolerates === undefined ? 0 : 1);
    this.#longest = rules.max + stripped;
  }

  /** Whether part of the frame in hand has been looked at, or discarded. */
  get isWithinFrame(): boolean {
    return this.#clear > 0 || this.#isSkipping;
  }

  split(intake: Intake, from: number): boolean {
    const { length } = this.#rules.delimiter;
    for (let at = from; ; at = intake.at) {
      const found = this.#search.find(intake.bytes, at + this.#clear, intake.limit);
      if (found < 0) return this.#lookLater(intake, at);
      this.#clear = 0;
      intake.next = found + length;
      if (!this.#isSkipping && this.#accepts(intake, at, found)) return true;
      this.#isSkipping = false;
      intake.skipTo(intake.next);
    }
  }

  override wants(intake: Intake, from: number, chunk: Uint8Array, at: number): number {
    const { length } = this.#rules.delimiter;
    const held = intake.limit - from;
    for (let head = held - this.#clear; head > 0; head--) {
      const rest = Math.min(length - head, chunk.length - at);
      const mayGoOn = this.#search.beginsWith(intake.bytes, intake.limit - head, head);
      if (mayGoOn && this.#search.beginsWith(chunk, at, rest, head)) {
        this.#clear = held - head;
        return rest;
      }
    }
    this.#clear = held;
    if (this.#isSkipping) {
      this.#clear = 0;
      intake.skipTo(intake.limit);
      return 0;
    }
    // One byte more than allowed is enough to see that the frame is too long.
    const most = Math.min(chunk.length - at, this.#longest + 1 - held);
    const found = this.#search.find(chunk, at, at + most);
    this.#clear = held + (found < 0 ? most - this.#search.overlap(chunk, at, at + most) : found - at);
    return found < 0 ? most : found - at + length;
  }

  override finish(intake: Intake, from: number): boolean {
    const { keepsLast, max } = this.#rules;
    // What is left of a frame that is being discarded goes the same way.
    if (this.#isSkipping) intake.skipTo(intake.limit);
    if (this.#isSkipping || !keepsLast || from === intake.limit) return false;
    intake.start = from;
    intake.end = intake.limit;
    intake.next = intake.limit;
    if (intake.end - from <= max) return true;
    this.#refuse(tooLong(intake.position, max));
    intake.skipTo(intake.limit);
    return false;
  }

  override recover(error: FrameError): boolean {
    if (this.#rules.skips) this.#rules.onSkip?.(error);
    return this.#rules.skips;
  }

  /** Sets the frame from `at` to its delimiter at `found`, unless that is too long. */
  #accepts(intake: Intake, at: number, found: number): boolean {
    const { keeps, tolerates, max } = this.#rules;
    intake.start = at;
    intake.end = keeps ? intake.next : found;
    if (tolerates !== undefined && found > at && intake.bytes[found - 1] === tolerates) intake.end--;
    const isShort = intake.end - at <= max;
    if (!isShort) this.#refuse(tooLong(intake.position, max));
    return isShort;
  }

  /** There is no delimiter: `#clear` says where the search goes on, unless the frame is too long already. */
  #lookLater(intake: Intake, at: number): false {
    const held = intake.limit - at;
    this.#clear = held - this.#search.overlap(intake.bytes, at + this.#clear, intake.limit);
    intake.need = at + this.#longest + 1 - intake.at;
    if (!this.#isSkipping && held > 0 && this.#isTooLong(intake, at)) {
      this.#refuse(tooLong(intake.position, this.#rules.max));
      this.#isSkipping = true;
    }
    if (this.#isSkipping) {
      intake.skipTo(at + this.#clear);
      this.#clear = 0;
    }
    return false;
  }

  /** Whether a frame that goes on behind `#clear` would be too long, wherever its delimiter begins. */
  #isTooLong(intake: Intake, at: number): boolean {
    const { keeps, tolerates, max, delimiter } = this.#rules;
    const shortest = keeps ? this.#clear + delimiter.length : this.#clear;
    if (shortest <= max) return false;
    return !(shortest === max + 1 && tolerates !== undefined && intake.bytes[at + this.#clear - 1] === tolerates);
  }

  #refuse(error: FrameError): void {
    if (!this.recover(error)) throw error;
  }
}
