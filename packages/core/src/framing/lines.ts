import { type Codec, DEFAULT_MAX_FRAME_LENGTH, oneOf, wholeNumber } from "./codec.ts";
import {
  type DelimitedRules,
  DelimitedSplitter,
  encodeDelimited,
  type RecoverOptions,
  recovery,
  sought,
} from "./delimited.ts";
import { TextSplitter } from "./text-splitter.ts";
import { utf8Bytes } from "./utf8.ts";

export interface LinesOptions extends RecoverOptions {
  /**
   * What ends a line: `"lf"`, `"crlf"`, or `"any"` of both, which sends LF. Default: `"any"`.
   * With `"any"`, a line to send cannot end with CR; with `"lf"` a CR belongs to the line, with `"crlf"` a lone CR or LF does.
   */
  readonly ending?: "any" | "lf" | "crlf" | undefined;
  /**
   * What a last line without an ending is: `"fail"`, the `FrameError` `truncated`, for a peer may have gone in the midst of it; or
   * `"keep"`, a line as the others, as in files and on standard input. Default: `"fail"`.
   */
  readonly lastLine?: "fail" | "keep" | undefined;
  /** The longest line, in bytes, without its ending, 0 or more. Default: 1 MiB. */
  readonly maxFrameLength?: number | undefined;
}

const CR = 0x0d;
const LF = 0x0a;

/**
 * Each frame is a line of UTF-8 text, given and taken as a string without its ending.
 *
 * Bytes that are no UTF-8 give `FrameError` `malformed`; a byte order mark is part of its line. Lines are cut from text that
 * was decoded together: one that is kept may keep 16 KiB of it in memory. Sending throws `FrameError` `malformed` for a string
 * with a line ending in it, `too-long`, and replaces lone surrogates by U+FFFD, as `TextEncoder` does.
 *
 * @throws {TypeError} An option is of the wrong type, or none of its choices.
 * @throws {RangeError} `maxFrameLength` is not a whole number from 0 up.
 *
 * Source: RFC 3629; Socket HOWTO, "or be delimited".
 *
 * @example
 * ```ts
 * for await (const line of framed(socket, lines({ maxFrameLength: 998 }))) console.log(line);
 * ```
 */
export function lines(options: LinesOptions = {}): Codec<string> {
  const rules = lineRules(options);
  return {
    splitter: () => new TextSplitter(rules),
    encode: (line, out) => encodeDelimited(rules, utf8Bytes(line), out),
    recovers: rules.skips,
  };
}

/**
 * As `lines()`, but each frame is the line's bytes, unchecked.
 *
 * @throws As `lines()`.
 */
export function rawLines(options: LinesOptions = {}): Codec<Uint8Array> {
  const rules = lineRules(options);
  return {
    splitter: () => new DelimitedSplitter(rules),
    encode: (line, out) => encodeDelimited(rules, line, out),
    recovers: rules.skips,
  };
}

function lineRules(options: LinesOptions): DelimitedRules {
  const { ending = "any", lastLine = "fail", maxFrameLength = DEFAULT_MAX_FRAME_LENGTH } = options;
  oneOf("ending", ending, ["any", "lf", "crlf"]);
  return {
    ...sought(new Uint8Array(ending === "crlf" ? [CR, LF] : [LF])),
    tolerates: ending === "any" ? CR : undefined,
    keeps: false,
    max: wholeNumber("maxFrameLength", maxFrameLength, 0),
    keepsLast: oneOf("lastLine", lastLine, ["fail", "keep"]) === "keep",
    ...recovery(options),
  };
}
