import type { FrameError } from "./frame-error.ts";
import type { FrameOutput } from "./frame-output.ts";
import type { Intake } from "./intake.ts";

/** The longest frame, in bytes, where a codec is given no `maxFrameLength`. */
export const DEFAULT_MAX_FRAME_LENGTH: number = 1024 * 1024;

/**
 * How frames lie in a stream of bytes. It keeps no state: one codec serves any number of connections.
 *
 * `new Decoder(codec)`, `new Encoder(codec)`, `framed(socket, codec)`, `decoderStream(codec)` and `encoderStream(codec)` put it to work.
 */
export interface Codec<T> {
  /** What takes one stream apart. */
  splitter(): Splitter<T>;
  /**
   * Appends a frame as it is on the wire. What it calls cannot send by way of the same output: a `TypeError`.
   *
   * @throws {FrameError} `too-long`, `malformed`: `frame` cannot be sent in this way.
   */
  encode(frame: T, out: FrameOutput): void;
  /**
   * As `encode()`, for a frame that is `bytes[start]` to before `bytes[end]`. Where it is missing, `encode()` is given a view.
   * Only for codecs of bytes.
   */
  encodeRange?(bytes: Uint8Array, start: number, end: number, out: FrameOutput): void;
  /** Whether decoding may go on after a bad frame. Default: false. */
  readonly recovers?: boolean;
}

/**
 * Takes one stream apart. Pure: it looks at the bytes it is shown, and remembers at most how far it has looked.
 *
 * Its answers are those of tokio-util's decoders: a frame, more bytes needed, or corrupt.
 */
export interface Splitter<T> {
  /**
   * Looks for the frame that begins at `from`.
   *
   * @returns Whether it is there in full: then `intake.start`, `end` and `next` say where. If not, `intake.need` says how
   * many bytes to wait for.
   * @throws {FrameError} The bytes are no frame; or the frame is too long, as soon as that shows.
   */
  split(intake: Intake, from: number): boolean;
  /**
   * After a `split()` that needs more: how many bytes of `chunk` from `at` on belong to the frame that begins at `from`,
   * as far as it can tell. May give up bytes of the intake instead, by `skipTo(limit)`.
   */
  wants(intake: Intake, from: number, chunk: Uint8Array, at: number): number;
  /** At the end of the stream: whether what is there from `from` on is a frame, found as in `split()`. */
  finish(intake: Intake, from: number): boolean;
  /** The frame that `split()` found. What it throws is reported as a `FrameError` with the frame's position. */
  decode(intake: Intake): T;
  /** Whether decoding goes on with the next frame after `error` in this one; if so, it has been reported elsewhere. */
  recover(error: FrameError): boolean;
}

/** What splitters of bytes have in common: frames are views, their length is in `need`, and no error is forgiven. */
export abstract class ByteSplitter implements Splitter<Uint8Array> {
  abstract split(intake: Intake, from: number): boolean;

  wants(intake: Intake, _from: number, chunk: Uint8Array, at: number): number {
    return Math.min(intake.need - (intake.limit - intake.at), chunk.length - at);
  }

  finish(_intake: Intake, _from: number): boolean {
    return false;
  }

  decode(intake: Intake): Uint8Array {
    return intake.frame;
  }

  recover(_error: FrameError): boolean {
    return false;
  }
}

/**
 * `value`, checked to be a whole number from `least` to `most`.
 *
 * @throws {TypeError} It is no number.
 * @throws {RangeError} It is not whole, or out of range.
 */
export function wholeNumber(
  name: string,
  value: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== "number") throw new TypeError(`${name} is a number, not ${typeof value}`);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} is a whole number from ${least} to ${most}, not ${value}`);
  }
  return value;
}

/** @throws {TypeError} `bytes` is no Uint8Array. */
export function checkedBytes(bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`Bytes are a Uint8Array, not ${typeof bytes}`);
  return bytes;
}

/**
 * `value`, checked to be one of `choices`.
 *
 * @throws {TypeError} It is none of them.
 */
export function oneOf<C extends string | boolean>(name: string, value: C, choices: readonly C[]): C {
  if (!choices.includes(value)) throw new TypeError(`${name} is one of ${choices.join(", ")}, not ${String(value)}`);
  return value;
}
