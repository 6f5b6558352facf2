import type { Codec } from "./codec.ts";
import { Decoder } from "./decoder.ts";
import { Encoder } from "./encoder.ts";

/**
 * Bytes in, frames out. A frame of bytes is a view of the chunk it came in: whoever writes chunks leaves them alone, also once a
 * write has resolved, until nobody uses frames of them any more. What is wrong with them errors the stream, which discards the frames that nobody has read, as in every
 * WHATWG stream.
 *
 * Source: WHATWG Streams, section 6.
 *
 * @example
 * ```ts
 * for await (const line of response.body.pipeThrough(decoderStream(lines()))) console.log(line);
 * ```
 */
export function decoderStream<T>(codec: Codec<T>): TransformStream<Uint8Array, T> {
  const decoder = new Decoder(codec);
  return new TransformStream({
    transform(chunk, controller) {
      for (const frame of decoder.push(chunk)) controller.enqueue(frame);
    },
    flush(controller) {
      for (const frame of decoder.end()) controller.enqueue(frame);
    },
  });
}

/**
 * Frames in, bytes out: a chunk for each frame. One that cannot be sent errors the stream.
 *
 * Source: WHATWG Streams, section 6.
 */
export function encoderStream<T>(codec: Codec<T>): TransformStream<T, Uint8Array> {
  const encoder = new Encoder(codec);
  return new TransformStream({
    transform(frame, controller) {
      controller.enqueue(encoder.encode(frame));
    },
  });
}
