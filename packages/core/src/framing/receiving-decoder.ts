import { ByteSplitter, type Splitter } from "./codec.ts";
import { Decoder } from "./decoder.ts";
import type { Intake } from "./intake.ts";

const host = globalThis as { readonly Bun?: unknown };
/**
 * The longest frame of which a copy costs less than a view: JavaScriptCore makes short arrays in place, and views in a call.
 * V8 makes both in a call, so there frames are never copied.
 */
const MOST_COPIED_BYTES = host.Bun === undefined ? -1 : 64;

/** As `Decoder`, for who fills the memory of its chunks anew while no frame is a view of it. */
export class ReceivingDecoder<T> extends Decoder<T> {
  /** Whether frames were given that may be views of their chunks, as strings and copies cannot. To be set to false with other memory. */
  isGivenOut = false;
  #mostCopied: number | undefined;

  protected override decode(splitter: Splitter<T>, intake: Intake): T {
    this.#mostCopied ??= givesViews(splitter) ? MOST_COPIED_BYTES : -1;
    if (intake.end - intake.start <= this.#mostCopied) return copyOfFrame(intake) as T;
    const frame = splitter.decode(intake);
    this.isGivenOut ||= typeof frame !== "string";
    return frame;
  }
}

/** Whether what the splitter gives is a view of the frame, and nothing else. */
function givesViews(splitter: Splitter<unknown>): boolean {
  return splitter instanceof ByteSplitter && splitter.decode === ByteSplitter.prototype.decode;
}

/** Eight bytes in each round: half of the time of one. `slice()` takes longer than a view. */
function copyOfFrame({ bytes, start, end }: Intake): Uint8Array {
  const length = end - start;
  const copy = new Uint8Array(length);
  let from = start;
  let to = 0;
  for (; to + 8 <= length; to += 8, from += 8) {
    copy[to] = bytes[from] as number;
    copy[to + 1] = bytes[from + 1] as number;
    copy[to + 2] = bytes[from + 2] as number;
    copy[to + 3] = bytes[from + 3] as number;
    copy[to + 4] = bytes[from + 4] as number;
    copy[to + 5] = bytes[from + 5] as number;
    copy[to + 6] = bytes[from + 6] as number;
    copy[to + 7] = bytes[from + 7] as number;
  }
  for (; to < length; to++, from++) copy[to] = bytes[from] as number;
  return copy;
}
