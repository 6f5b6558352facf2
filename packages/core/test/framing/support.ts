import { type Codec, Decoder, Encoder, FrameError, type FrameVisitor } from "../../dist/framing/index.js";

/** What became of a stream: its frames as text to compare, and how it ended. */
export interface Outcome {
  readonly frames: readonly string[];
  readonly error: string | undefined;
}

const NOTHING = new Uint8Array(0);

export function bytes(...values: (number | string | Uint8Array)[]): Uint8Array {
  const parts = values.map((value) => {
    if (typeof value === "number") return new Uint8Array([value]);
    return typeof value === "string" ? new TextEncoder().encode(value) : value;
  });
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function ascii(view: Uint8Array): string {
  return String.fromCharCode(...view);
}

/** A frame of any codec as text, for comparing. */
export function shown(frame: unknown): string {
  if (frame instanceof Uint8Array) return [...frame].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (typeof frame === "object" && frame !== null && "type" in frame && "frame" in frame) {
    return `${frame.type}:${shown(frame.frame)}`;
  }
  return JSON.stringify(frame);
}

/** `whole` in chunks of the given sizes, over and over; without sizes, in one. */
export function* chunked(whole: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  if (sizes.length === 0) yield whole.slice();
  for (let at = 0, i = 0; sizes.length > 0 && at < whole.length; i++) {
    const size = sizes[i % sizes.length] as number;
    yield whole.slice(at, at + size);
    at += size;
  }
}

/** Decodes in chunks, each of which is overwritten as soon as its frames have been taken. */
export function decode<T>(codec: Codec<T>, whole: Uint8Array, sizes: readonly number[] = []): Outcome {
  return decoded(codec, chunked(whole, sizes), (decoder, chunk) => decoder.push(chunk));
}

/** As `decode()`, each chunk as part of the same buffer. */
export function decodeParts<T>(codec: Codec<T>, whole: Uint8Array, sizes: readonly number[] = []): Outcome {
  const buffer = new Uint8Array(whole.length + 9);
  let calls = 0;
  return decoded(codec, chunked(whole, sizes), (decoder, chunk) => {
    buffer.fill(0xaa);
    const start = calls++ % 9;
    buffer.set(chunk, start);
    return decoder.push(buffer, start, start + chunk.length);
  });
}

function decoded<T>(
  codec: Codec<T>,
  chunks: Iterable<Uint8Array>,
  push: (decoder: Decoder<T>, chunk: Uint8Array) => Iterable<T>,
): Outcome {
  const decoder = new Decoder(codec);
  const frames: string[] = [];
  try {
    for (const chunk of chunks) {
      for (const frame of push(decoder, chunk)) frames.push(shown(frame));
      chunk.fill(0xaa);
    }
    for (const frame of decoder.end()) frames.push(shown(frame));
  } catch (error) {
    return { frames, error: told(error) };
  }
  return { frames, error: undefined };
}

/** How many frames a loop takes before it is left, and whether a visit looks at the first before. */
export interface Step {
  readonly most: number;
  readonly looks: boolean;
}

/**
 * As `decode()`, by a loop for each chunk that may be left early, and in one buffer that is filled anew whenever no frame of the
 * chunk before is left to take.
 */
export function decodeInSteps<T>(
  codec: Codec<T>,
  whole: Uint8Array,
  sizes: readonly number[],
  steps: readonly Step[],
): Outcome {
  const decoder = new Decoder(codec);
  const frames: string[] = [];
  const own = new Uint8Array(whole.length + 9);
  let isDone = true;
  let calls = 0;
  const take = ({ most, looks }: Step): void => {
    if (looks) decoder.visit(NOTHING, () => false);
    for (let taken = 0; taken < most; taken++) {
      const next = decoder.next();
      isDone = next.done === true;
      if (next.done) return;
      if (frames.push(shown(next.value)) > whole.length + 1) throw new Error("There are more frames than bytes");
    }
  };
  try {
    for (const chunk of chunked(whole, sizes)) {
      const buffer = isDone ? own.fill(0xaa) : new Uint8Array(own.length);
      const start = calls % 3;
      buffer.set(chunk, start);
      decoder.push(buffer, start, start + chunk.length);
      isDone = false;
      take(steps[calls++ % steps.length] as Step);
    }
    isDone = false;
    decoder.end();
    while (!isDone) take({ most: Number.POSITIVE_INFINITY, looks: true });
  } catch (error) {
    return { frames, error: told(error) };
  }
  return { frames, error: undefined };
}

/** As `decode()`, the frames by offset, as far as that goes: the rest comes with the end. */
export function visited<T>(codec: Codec<T>, whole: Uint8Array, sizes: readonly number[] = []): string[] {
  const decoder = new Decoder(codec);
  const frames: string[] = [];
  for (const chunk of chunked(whole, sizes)) {
    decoder.visit(chunk, (buffer, start, end) => frames.push(shown(buffer.slice(start, end))));
    chunk.fill(0xaa);
  }
  for (const frame of decoder.end()) frames.push(shown(frame));
  return frames;
}

/** As `visited()`, by visits that leave every third frame for the next, each chunk in the same buffer. */
export function visitedInParts<T>(codec: Codec<T>, whole: Uint8Array, sizes: readonly number[] = []): string[] {
  const decoder = new Decoder(codec);
  const frames: string[] = [];
  let calls = 0;
  const visit: FrameVisitor = (buffer, start, end) => {
    if (calls++ % 3 === 2) return false;
    frames.push(shown(buffer.slice(start, end)));
    return undefined;
  };
  const buffer = new Uint8Array(whole.length);
  for (const chunk of chunked(whole, sizes)) {
    buffer.set(chunk);
    decoder.push(buffer, 0, chunk.length);
    while (decoder.visit(NOTHING, visit) > 0);
    buffer.fill(0xaa);
  }
  decoder.end();
  while (decoder.visit(NOTHING, visit) > 0);
  return frames;
}

function told(error: unknown): string {
  if (!(error instanceof FrameError)) throw error;
  return `${error.code} at ${error.position}, limit ${error.limit}, announced ${error.announced}`;
}

export function encoded<T>(codec: Codec<T>, frames: readonly T[]): Uint8Array {
  const encoder = new Encoder(codec);
  return bytes(...frames.map((frame) => encoder.encode(frame)));
}

/** What `run` throws, undefined when it does not. */
export function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
