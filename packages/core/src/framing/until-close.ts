import { ByteSplitter, type Codec, DEFAULT_MAX_FRAME_LENGTH, wholeNumber } from "./codec.ts";
import { tooLong } from "./frame-error.ts";
import type { Intake } from "./intake.ts";

export interface UntilCloseOptions {
  /** The longest frame, in bytes, 0 or more. Default: 1 MiB. */
  readonly maxFrameLength?: number | undefined;
}

/**
 * One frame, which ends with the stream: all that comes, also when that is nothing.
 *
 * Sending throws `FrameError` `malformed` for a second frame. The sender ends the frame by `shutdown("SEND")` or `close()`.
 *
 * @throws {TypeError} `maxFrameLength` is no number.
 * @throws {RangeError} `maxFrameLength` is not a whole number from 0 up.
 *
 * Source: Socket HOWTO, "or end by shutting down the connection".
 */
export function untilClose(options: UntilCloseOptions = {}): Codec<Uint8Array> {
  const { maxFrameLength = DEFAULT_MAX_FRAME_LENGTH } = options;
  const splitter = new UntilCloseSplitter(wholeNumber("maxFrameLength", maxFrameLength, 0));
  return {
    splitter: () => splitter,
    encode(frame, out) {
      if (frame.length > maxFrameLength) throw tooLong(out.position, maxFrameLength, frame.length);
      out.append(frame);
      out.endStream();
    },
  };
}

class UntilCloseSplitter extends ByteSplitter {
  readonly #max: number;

  constructor(max: number) {
    super();
    this.#max = max;
  }

  split(intake: Intake, from: number): boolean {
    if (intake.limit - from > this.#max) throw tooLong(intake.position, this.#max);
    intake.need = from + this.#max + 1 - intake.at;
    return false;
  }

  override finish(intake: Intake, from: number): boolean {
    intake.start = from;
    intake.end = intake.limit;
    intake.next = intake.limit;
    return true;
  }
}
