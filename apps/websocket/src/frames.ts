/** Frames as they lie in the stream of bytes: RFC 6455, section 5. */
import {
  ByteReader,
  ByteWriter,
  type Codec,
  DEFAULT_MAX_FRAME_LENGTH,
  FrameError,
  type FrameOutput,
  type Intake,
  type Splitter,
} from "@omnisock/core/framing";

/** What a frame is for: RFC 6455, section 11.8. */
export const Opcode = {
  /** Goes on with the message that an earlier frame began. */
  CONTINUATION: 0x0,
  TEXT: 0x1,
  BINARY: 0x2,
  CLOSE: 0x8,
  PING: 0x9,
  PONG: 0xa,
} as const;
export type Opcode = (typeof Opcode)[keyof typeof Opcode];

export interface Frame {
  /** Whether the message ends with this frame. */
  readonly isFinal: boolean;
  readonly opcode: Opcode;
  readonly payload: Uint8Array;
}

/** Which end of the connection this is: a client masks what it sends, a server does not. */
export type Role = "client" | "server";

export interface FrameOptions {
  /** The longest payload of a frame, in bytes. Default: 1 MiB. */
  readonly maxFrameLength?: number | undefined;
  /** Four bytes that nobody can foretell, for each frame that a client sends. Default: random. */
  readonly newMaskingKey?: (() => Uint8Array) | undefined;
}

/** The longest payload of a close, ping or pong frame. */
export const MAX_CONTROL_LENGTH = 125;

/** In the first byte of a frame. */
const FINAL = 0x80;
const RESERVED = 0x70;
const OPCODE = 0x0f;
/** In the second byte. The rest of it is the length, or says how long the length is. */
const MASKED = 0x80;
const LENGTH = 0x7f;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;
const MASKING_KEY_BYTES = 4;
const LONGEST_HEADER = 2 + 8 + MASKING_KEY_BYTES;

const OPCODES: readonly number[] = Object.values(Opcode);

function isControl(opcode: Opcode): boolean {
  return opcode >= Opcode.CLOSE;
}

/**
 * Frames for `framed()`, `Decoder` and `Encoder`, at the end of the connection that `role` says.
 *
 * What breaks a rule of the RFC is `FrameError` `malformed`, found as soon as the bytes that show it are here; a longer
 * payload than `maxFrameLength` is `too-long`. Payloads received are unmasked, in memory of their own where they were masked.
 *
 * Source: RFC 6455, sections 5.2 to 5.5.
 */
export function frames(role: Role, options: FrameOptions = {}): Codec<Frame> {
  const { maxFrameLength = DEFAULT_MAX_FRAME_LENGTH, newMaskingKey = randomKey } = options;
  return {
    splitter: () => new FrameSplitter(role === "server", maxFrameLength),
    encode: (frame, out) => {
      checkToSend(frame, maxFrameLength, out.position);
      appendFrame(frame, role === "client" ? newMaskingKey() : undefined, out);
    },
  };
}

/** `bytes` masked with a key, or unmasked: doing it twice undoes it. RFC 6455, section 5.3. */
export function masked(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) result[i] = (bytes[i] as number) ^ (key[i % MASKING_KEY_BYTES] as number);
  return result;
}

function randomKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(MASKING_KEY_BYTES));
}

function checkToSend({ isFinal, opcode, payload }: Frame, maxFrameLength: number, position: number): void {
  const limit = isControl(opcode) ? MAX_CONTROL_LENGTH : maxFrameLength;
  if (payload.length > limit) throw tooLong(position, limit, payload.length);
  if (isControl(opcode) && !isFinal) throw new FrameError("malformed", "a control frame has no fragments", position);
}

function appendFrame({ isFinal, opcode, payload }: Frame, key: Uint8Array | undefined, out: FrameOutput): void {
  const mask = key === undefined ? 0 : MASKED;
  const header = new ByteWriter(LONGEST_HEADER).u8((isFinal ? FINAL : 0) | opcode);
  const { length } = payload;
  if (length < LENGTH_IN_16_BITS) header.u8(mask | length);
  else if (length <= 0xffff) header.u8(mask | LENGTH_IN_16_BITS).u16(length);
  else header.u8(mask | LENGTH_IN_64_BITS).u64(BigInt(length));
  if (key === undefined) {
    out.append(header.written);
    out.append(payload);
  } else {
    out.append(header.bytes(key).written);
    out.append(masked(payload, key));
  }
}

/** Finds frames in the bytes received, and checks each byte of a header as soon as it is here. */
class FrameSplitter implements Splitter<Frame> {
  readonly #expectsMask: boolean;
  readonly #maxFrameLength: number;
  /** Of the frame that `split()` found. */
  #isFinal = false;
  #opcode: Opcode = Opcode.CONTINUATION;
  #key: Uint8Array | undefined;

  constructor(expectsMask: boolean, maxFrameLength: number) {
    this.#expectsMask = expectsMask;
    this.#maxFrameLength = maxFrameLength;
  }

  split(intake: Intake, from: number): boolean {
    const needs = (byteLength: number): boolean => {
      intake.need = from + byteLength - intake.at;
      return intake.limit - from >= byteLength;
    };
    const bytes = new ByteReader(intake.bytes.subarray(from, intake.limit));

    if (!needs(2)) return false;
    const first = bytes.u8();
    const second = bytes.u8();
    this.#checkStart(intake, first, second);

    let length = second & LENGTH;
    if (length === LENGTH_IN_16_BITS) {
      if (!needs(bytes.offset + 2)) return false;
      length = bytes.u16();
      if (length < LENGTH_IN_16_BITS) throw intake.error("malformed", `its length, ${length}, is not written shortest`);
    } else if (length === LENGTH_IN_64_BITS) {
      if (!needs(bytes.offset + 8)) return false;
      length = lengthIn64Bits(intake, bytes.u64());
    }
    if (length > this.#maxFrameLength) throw tooLong(intake.position, this.#maxFrameLength, length);

    const keyLength = this.#expectsMask ? MASKING_KEY_BYTES : 0;
    if (!needs(bytes.offset + keyLength + length)) return false;
    this.#key = this.#expectsMask ? bytes.bytes(keyLength) : undefined;
    intake.start = from + bytes.offset;
    intake.end = intake.start + length;
    intake.next = intake.end;
    return true;
  }

  /** What the first two bytes tell is wrong, is wrong whatever follows. */
  #checkStart(intake: Intake, first: number, second: number): void {
    const opcode = first & OPCODE;
    this.#isFinal = (first & FINAL) !== 0;
    if ((first & RESERVED) !== 0) throw intake.error("malformed", "a reserved bit is set");
    if (!OPCODES.includes(opcode)) throw intake.error("malformed", `opcode ${opcode} has no meaning`);
    this.#opcode = opcode as Opcode;
    if (((second & MASKED) !== 0) !== this.#expectsMask) {
      throw intake.error(
        "malformed",
        this.#expectsMask ? "a client's frame is not masked" : "a server's frame is masked",
      );
    }
    if (!isControl(this.#opcode)) return;
    if (!this.#isFinal) throw intake.error("malformed", "a control frame is fragmented");
    if ((second & LENGTH) > MAX_CONTROL_LENGTH) {
      throw intake.error("malformed", `a control frame is longer than ${MAX_CONTROL_LENGTH} bytes`);
    }
  }

  decode(intake: Intake): Frame {
    const payload = intake.bytes.subarray(intake.start, intake.end);
    return {
      isFinal: this.#isFinal,
      opcode: this.#opcode,
      payload: this.#key === undefined ? payload : masked(payload, this.#key),
    };
  }

  wants(intake: Intake, _from: number, chunk: Uint8Array, at: number): number {
    return Math.min(intake.need - (intake.limit - intake.at), chunk.length - at);
  }

  finish(): boolean {
    return false;
  }

  recover(): boolean {
    return false;
  }
}

function lengthIn64Bits(intake: Intake, length: bigint): number {
  if (length >= 2n ** 63n) throw intake.error("malformed", "the first bit of its length is set");
  if (length <= 0xffffn) throw intake.error("malformed", `its length, ${length}, is not written shortest`);
  return Number(length);
}

function tooLong(position: number, limit: number, announced: number): FrameError {
  const what = `its ${announced} bytes are more than the ${limit} allowed`;
  return new FrameError("too-long", what, position, { limit, announced });
}
