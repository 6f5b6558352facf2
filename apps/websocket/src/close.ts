/** How a connection ends: close codes, and what a close frame holds. RFC 6455, sections 5.5.1 and 7.4. */
import { ByteReader, ByteWriter } from "@omnisock/core/framing";
import { type Frame, MAX_CONTROL_LENGTH, Opcode } from "./frames.ts";

/** Why a connection was closed: RFC 6455, section 7.4.1. */
export const CloseCode = {
  NORMAL: 1000,
  /** The server shuts down, or the browser leaves the page. */
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  /** Never sent: the close frame held no code. */
  NO_CODE: 1005,
  /** Never sent: the connection ended without a close frame. */
  ABNORMAL: 1006,
  /** A text that is no UTF-8. */
  INVALID_TEXT: 1007,
  TOO_LONG: 1009,
} as const;

/** How a connection ended. */
export interface Closed {
  /** A close code, of `CloseCode` or another from 1000 to 4999. */
  readonly code: number;
  readonly reason: string;
}

/** What the peer sent breaks the protocol, or a limit of ours. */
export class WebSocketError extends Error {
  override readonly name = "WebSocketError";
  /** The close code that the peer is told. */
  readonly code: number;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const CODE_BYTES = 2;
const MAX_REASON_LENGTH = MAX_CONTROL_LENGTH - CODE_BYTES;

/** Whether a close frame may hold this code: those of the protocol (IANA's list goes to 1014), of libraries, and private ones. */
function maySend(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

/**
 * A close frame.
 *
 * @param code `CloseCode.NO_CODE` stands for a frame that holds none.
 * @throws {RangeError} `code` cannot be sent, or `reason` is longer than 123 bytes of UTF-8.
 */
export function closeFrame(code: number = CloseCode.NORMAL, reason = ""): Frame {
  if (code === CloseCode.NO_CODE) return { isFinal: true, opcode: Opcode.CLOSE, payload: new Uint8Array(0) };
  if (!maySend(code)) throw new RangeError(`${code} is no close code that can be sent`);
  const text = new TextEncoder().encode(reason);
  if (text.length > MAX_REASON_LENGTH) throw new RangeError(`A reason has at most ${MAX_REASON_LENGTH} bytes`);
  const payload = new ByteWriter(CODE_BYTES + text.length).u16(code).bytes(text).written;
  return { isFinal: true, opcode: Opcode.CLOSE, payload };
}

/** @throws {WebSocketError} The frame holds no such code, or a reason that is no UTF-8. */
export function readClose(payload: Uint8Array): Closed {
  if (payload.length === 0) return { code: CloseCode.NO_CODE, reason: "" };
  if (payload.length < CODE_BYTES)
    throw new WebSocketError(CloseCode.PROTOCOL_ERROR, "A close frame holds half a code");
  const body = new ByteReader(payload);
  const code = body.u16();
  if (!maySend(code)) throw new WebSocketError(CloseCode.PROTOCOL_ERROR, `A close frame holds the code ${code}`);
  return { code, reason: utf8(body.rest(), "the reason of a close frame") };
}

/** @throws {WebSocketError} `bytes` are no UTF-8. */
export function utf8(bytes: Uint8Array, what: string): string {
  try {
    return new ByteReader(bytes).text(bytes.length);
  } catch (cause) {
    throw new WebSocketError(CloseCode.INVALID_TEXT, `What should be ${what} is not UTF-8`, { cause });
  }
}
