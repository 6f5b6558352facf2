import type { Codec, Splitter } from "./codec.ts";
import { FrameError } from "./frame-error.ts";
import type { Intake } from "./intake.ts";
import { utf8Bytes, utf8Text } from "./utf8.ts";

/** How a message is written as bytes. What its methods throw is reported as a `FrameError` `message`, with the cause. */
export interface MessageCodec<M> {
  /**
   * The bytes that `message` is, in memory that the next call may fill anew. Meanwhile the connection, or `Encoder`, that it is
   * called for can neither send nor write: a `TypeError`.
   */
  encode(message: M): Uint8Array;
  /**
   * The message that `bytes` are. It cannot be undefined, which stands for the end of the stream: that is reported as thrown.
   *
   * @param bytes A view as `Decoder` gives them: what is made of it may keep it as long as those live. Behind a message that is a
   * string, nobody is taken to keep it.
   */
  decode(bytes: Uint8Array): M;
}

/** A message is a string, as UTF-8. Bytes that are no UTF-8 throw a `TypeError`; lone surrogates are sent as U+FFFD. */
export const text: MessageCodec<string> = {
  encode: utf8Bytes,
  decode: utf8Text,
};

/** A message is what JSON can say, as UTF-8 (RFC 8259). `M` is the caller's word for what arrives: nothing checks it. */
export function json<M = unknown>(): MessageCodec<M> {
  return {
    encode(message) {
      const written: string | undefined = JSON.stringify(message);
      if (written === undefined) throw new TypeError(`JSON has no word for ${typeof message}`);
      return utf8Bytes(written);
    },
    decode: (bytes) => JSON.parse(utf8Text(bytes)) as M,
  };
}

/**
 * Frames of bytes as messages.
 *
 * @example
 * ```ts
 * const codec = messages(lengthPrefixed({ length: "u16" }), json<{ name: string }>());
 * ```
 */
export function messages<M>(frames: Codec<Uint8Array>, message: MessageCodec<M>): Codec<M> {
  return {
    splitter: () => new MessageSplitter(frames.splitter(), message),
    encode(value, out) {
      const bytes = encoded(message, value, out.position);
      out.copyLong();
      frames.encode(bytes, out);
    },
    recovers: frames.recovers === true,
  };
}

function encoded<M>(message: MessageCodec<M>, value: M, position: number): Uint8Array {
  try {
    return message.encode(value);
  } catch (cause) {
    throw new FrameError("message", "its message cannot be encoded", position, { cause });
  }
}

class MessageSplitter<M> implements Splitter<M> {
  readonly #frames: Splitter<Uint8Array>;
  readonly #message: MessageCodec<M>;

  constructor(frames: Splitter<Uint8Array>, message: MessageCodec<M>) {
    this.#frames = frames;
    this.#message = message;
  }

  split(intake: Intake, from: number): boolean {
    return this.#frames.split(intake, from);
  }

  wants(intake: Intake, from: number, chunk: Uint8Array, at: number): number {
    return this.#frames.wants(intake, from, chunk, at);
  }

  finish(intake: Intake, from: number): boolean {
    return this.#frames.finish(intake, from);
  }

  decode(intake: Intake): M {
    const frame = this.#frames.decode(intake);
    try {
      const message = this.#message.decode(frame);
      if (message === undefined) throw new TypeError("A message cannot be undefined");
      return message;
    } catch (cause) {
      throw intake.messageError(cause);
    }
  }

  recover(error: FrameError): boolean {
    return this.#frames.recover(error);
  }
}
