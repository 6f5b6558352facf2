import { ByteSplitter, type Codec, checkedBytes, wholeNumber } from "./codec.ts";
import { FrameError } from "./frame-error.ts";
import type { FrameOutput } from "./frame-output.ts";
import type { Intake } from "./intake.ts";

/**
 * Every frame has `length` bytes.
 *
 * @param length Bytes of a frame, 1 or more.
 * @throws {TypeError} `length` is no number.
 * @throws {RangeError} `length` is not a whole number from 1 up.
 *
 * Sending throws `FrameError` `malformed` for a frame of another length.
 *
 * Source: Socket HOWTO, "messages must either be fixed length".
 */
export function fixedLength(length: number): Codec<Uint8Array> {
  return fixedFrames(wholeNumber("length", length, 1));
}

/** As `fixedLength()`, unchecked: for frames that are part of larger ones, 0 bytes will do. */
export function fixedFrames(length: number): Codec<Uint8Array> {
  const splitter = new FixedLengthSplitter(length);
  return {
    splitter: () => splitter,
    encode: (frame, out) => encodeFixed(length, frame, 0, frame.length, out),
    encodeRange: (bytes, start, end, out) => encodeFixed(length, bytes, start, end, out),
  };
}

function encodeFixed(length: number, bytes: Uint8Array, start: number, end: number, out: FrameOutput): void {
  if (end - start !== length) {
    checkedBytes(bytes);
    throw new FrameError("malformed", `it has ${end - start} bytes, not ${length}`, out.position);
  }
  out.append(bytes, start, end);
}

class FixedLengthSplitter extends ByteSplitter {
  readonly #length: number;

  constructor(length: number) {
    super();
    this.#length = length;
  }

  split(intake: Intake, from: number): boolean {
    const end = from + this.#length;
    if (end > intake.limit) {
      intake.need = end - intake.at;
      return false;
    }
    intake.start = from;
    intake.end = end;
    intake.next = end;
    return true;
  }
}
