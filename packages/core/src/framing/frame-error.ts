/**
 * What is wrong with a frame:
 * `too-long`: longer than its codec allows, or than its length field can say;
 * `truncated`: the stream ended within it;
 * `malformed`: its bytes break the rules of its codec;
 * `message`: the message codec threw, see `cause`.
 */
export type FrameErrorCode = "too-long" | "truncated" | "malformed" | "message";

export interface FrameErrorOptions {
  /** The longest frame that is allowed, in bytes. */
  readonly limit?: number | undefined;
  /** The length that the frame was said to have, in bytes. */
  readonly announced?: number | undefined;
  readonly cause?: unknown;
}

/**
 * Bytes that are no frame, or a frame that cannot be sent.
 *
 * A caller's mistake (an option of the wrong type or out of range) is a `TypeError` or `RangeError` instead.
 *
 * @example
 * ```ts
 * try {
 *   for (const frame of decoder.push(chunk)) handle(frame);
 * } catch (error) {
 *   if (error instanceof FrameError && error.code === "too-long") console.log(`${error.announced} of ${error.limit} bytes`);
 * }
 * ```
 */
export class FrameError extends Error {
  override readonly name = "FrameError";
  readonly code: FrameErrorCode;
  /** Where the frame begins: bytes of the stream before it, received or sent. */
  readonly position: number;
  /** With `too-long`: the longest frame that is allowed, in bytes. */
  readonly limit: number | undefined;
  /**
   * With `too-long`: the length that the frame was said to have, or that the one to send has, in bytes; above 2^53 about that.
   * Undefined where a codec announces none: such a frame is refused before its end is looked for.
   */
  readonly announced: number | undefined;

  constructor(code: FrameErrorCode, what: string, position: number, options: FrameErrorOptions = {}) {
    const { limit, announced, cause } = options;
    super(`Frame at byte ${position}: ${what}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.position = position;
    this.limit = limit;
    this.announced = announced;
  }
}

/** A frame of `announced` bytes, or of unknown length, where `limit` are allowed. */
export function tooLong(position: number, limit: number, announced?: number): FrameError {
  const length = announced === undefined ? "its" : `its ${announced}`;
  return new FrameError("too-long", `${length} bytes are more than the ${limit} allowed`, position, {
    limit,
    announced,
  });
}
