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

/** As `visited()`, by visits that leave every third frame for the next. */
export function visitedInParts<T>(codec: Codec<T>, whole: Uint8Array, sizes: readonly number[] = []): string[] {
  const decoder = new Decoder(codec);
  const frames: string[] = [];
  let calls = 0;
  const visit: FrameVisitor = (buffer, start, end) => {
    if (calls++ % 3 === 2) return false;
    frames.push(shown(buffer.slice(start, end)));
    return undefined;
  };
  for (const chunk of chunked(whole, sizes)) {
    for (let rest = chunk; decoder.visit(rest, visit) > 0; ) rest = NOTHING;
    chunk.fill(0xaa);
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
