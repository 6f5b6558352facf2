/** From frames to messages: RFC 6455, section 5.4. */
import { FrameError } from "@omnisock/core/framing";
import { CloseCode, type Closed, readClose, utf8, WebSocketError } from "./close.ts";
import { type Frame, Opcode } from "./frames.ts";

/** Text, or bytes. */
export type Message = string | Uint8Array;

/** What a frame brought. */
export type Received =
  | { readonly type: "message"; readonly message: Message }
  | { readonly type: "ping" | "pong"; readonly payload: Uint8Array }
  | { readonly type: "close"; readonly closed: Closed };

/** The longest message, in bytes, where no other limit is given. */
export const DEFAULT_MAX_MESSAGE_LENGTH: number = 1024 * 1024;

/** Puts messages together. Pings and the like may come between the fragments of a message; fragments of another may not. */
export class MessageReader {
  readonly #maxMessageLength: number;
  readonly #fragments = new Fragments();
  /** Of the message whose fragments are gathered: text or binary. */
  #opcode: Opcode | undefined;

  constructor(maxMessageLength: number = DEFAULT_MAX_MESSAGE_LENGTH) {
    this.#maxMessageLength = maxMessageLength;
  }

  /**
   * Takes a frame in.
   *
   * @returns What it brought; undefined when it is a fragment, and more of them are to come.
   * @throws {WebSocketError} It breaks the protocol, or makes its message too long.
   */
  take({ opcode, isFinal, payload }: Frame): Received | undefined {
    if (opcode === Opcode.CLOSE) return { type: "close", closed: readClose(payload) };
    if (opcode === Opcode.PING) return { type: "ping", payload };
    if (opcode === Opcode.PONG) return { type: "pong", payload };
    if (opcode === Opcode.CONTINUATION && this.#opcode === undefined) {
      throw new WebSocketError(CloseCode.PROTOCOL_ERROR, "A message goes on that has not begun");
    }
    if (opcode !== Opcode.CONTINUATION && this.#opcode !== undefined) {
      throw new WebSocketError(CloseCode.PROTOCOL_ERROR, "A message begins within another");
    }
    if (this.#fragments.byteLength + payload.length > this.#maxMessageLength) {
      throw new WebSocketError(CloseCode.TOO_LONG, `A message is longer than ${this.#maxMessageLength} bytes`);
    }
    const kind = this.#opcode ?? opcode;
    if (!isFinal) {
      this.#opcode = kind;
      this.#fragments.add(payload);
      return undefined;
    }
    this.#opcode = undefined;
    const bytes = this.#fragments.takeWith(payload);
    return { type: "message", message: kind === Opcode.TEXT ? utf8(bytes, "a text") : bytes };
  }
}

/**
 * The bytes of a message that is not complete.
 *
 * They lie in one buffer that doubles: a list of fragments would cost whatever a peer likes that sends them byte by byte.
 */
class Fragments {
  #buffer = new Uint8Array(0);
  byteLength = 0;

  add(fragment: Uint8Array): void {
    const byteLength = this.byteLength + fragment.length;
    if (byteLength > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(byteLength, 2 * this.#buffer.length));
      grown.set(this.#buffer.subarray(0, this.byteLength));
      this.#buffer = grown;
    }
    this.#buffer.set(fragment, this.byteLength);
    this.byteLength = byteLength;
  }

  takeWith(last: Uint8Array): Uint8Array {
    if (this.byteLength === 0) return last;
    this.add(last);
    const whole = this.#buffer.subarray(0, this.byteLength);
    this.#buffer = new Uint8Array(0);
    this.byteLength = 0;
    return whole;
  }
}

/** The frames of a message, each of at most `fragmentLength` bytes. */
export function messageFrames(message: Message, fragmentLength: number = Number.POSITIVE_INFINITY): Frame[] {
  const opcode = typeof message === "string" ? Opcode.TEXT : Opcode.BINARY;
  const bytes = typeof message === "string" ? new TextEncoder().encode(message) : message;
  if (bytes.length <= fragmentLength) return [{ isFinal: true, opcode, payload: bytes }];
  const result: Frame[] = [];
  for (let at = 0; at < bytes.length; at += fragmentLength) {
    const payload = bytes.subarray(at, at + fragmentLength);
    const isFinal = at + fragmentLength >= bytes.length;
    result.push({ isFinal, opcode: at === 0 ? opcode : Opcode.CONTINUATION, payload });
  }
  return result;
}

/** What to tell a peer that sent what `error` says; what is no fault of the peer is undefined. */
export function asWebSocketError(error: unknown): WebSocketError | undefined {
  if (error instanceof WebSocketError) return error;
  if (!(error instanceof FrameError)) return undefined;
  const code = error.code === "too-long" ? CloseCode.TOO_LONG : CloseCode.PROTOCOL_ERROR;
  return new WebSocketError(code, error.message, { cause: error });
}
