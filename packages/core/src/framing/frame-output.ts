import { copyOf } from "../copy-of.ts";
import { LARGEST_BUFFER_BYTES, type SpareBuffer, takeBuffer } from "../spare-buffers.ts";
import { ByteCopier } from "./byte-copier.ts";
import { type Codec, checkedBytes } from "./codec.ts";
import { FrameError } from "./frame-error.ts";
import { NO_BYTES } from "./intake.ts";
import { view } from "./view.ts";

/** From here on bytes are lent instead of copied: a copy of 16 KiB costs less than a write of its own. */
const LENT_BYTES = 16384;
/** One for all: an idle connection keeps no buffer by way of it. */
const copier = new ByteCopier();
/** How much less than its buffer has room for may be gathered before the next one is of a smaller size. */
const SHRINKAGE = 8;
/** In the place of an offset: all of the frame. */
const WHOLE = -1;
/** In the place of a position: no frame is being added. */
const NOWHERE = -1;

/** Frames on their way out: gathered in one buffer, but for long ones, which may be lent. */
export class FrameOutput {
  /** What is full or long, in order; what follows it is in the buffer from `#start` on. */
  #pieces: Uint8Array[] = [];
  #spare: SpareBuffer | undefined;
  /** Its bytes. */
  #buffer: Uint8Array = NO_BYTES;
  #start = 0;
  #end = 0;
  /** Room that the next buffer has at least: about what the last one was filled with. */
  #usualBytes = 0;
  #pieceBytes = 0;
  #takenBytes = 0;
  #isLent = false;
  #isEnded = false;
  /** Where in the stream the frame begins that is being added. */
  #frameAt = NOWHERE;
  /** Whether long bytes of the frame that is being added are copied, whoever owns them. */
  #copies = false;

  readonly #mayLend: () => boolean;

  /** @param mayLend Asked when long bytes come: whether they may stay in their owner's memory until they have been sent. */
  constructor(mayLend: () => boolean) {
    this.#mayLend = mayLend;
  }

  /** Bytes gathered and not taken yet. */
  get byteLength(): number {
    return this.#pieceBytes + this.#end - this.#start;
  }

  /** Where in the stream the frame that is being added begins, or else the next one: bytes gathered before it since the beginning. */
  get position(): number {
    return this.#frameAt === NOWHERE ? this.#takenBytes + this.byteLength : this.#frameAt;
  }

  /** Whether some of the bytes gathered are still in their owner's memory. */
  get isLent(): boolean {
    return this.#isLent;
  }

  /**
   * Adds a frame. One that cannot be encoded leaves no trace.
   *
   * @param end With `start`, for codecs of bytes: only that part of `frame` is the frame.
   * @throws {FrameError} As the codec's `encode()`; `malformed`: the frame before goes on to the end of the stream.
   * @throws {TypeError} Another frame is being added: `encode()` cannot send where it is asked to encode.
   */
  add<T>(codec: Codec<T>, frame: T, start: number = WHOLE, end: number = WHOLE): void {
    if (this.#isEnded || this.#frameAt !== NOWHERE) throw this.#refusal();
    this.#frameAt = this.position;
    this.#copies = false;
    const pieces = this.#pieces.length;
    const startBefore = this.#start;
    const endBefore = this.#end;
    const spare = this.#spare;
    const pieceBytes = this.#pieceBytes;
    const isLent = this.#isLent;
    try {
      if (start === WHOLE) codec.encode(frame, this);
      else encodeRange(codec, frame as Uint8Array, start, end, this);
    } catch (error) {
      this.#pieces.length = pieces;
      this.#use(spare, startBefore, endBefore);
      this.#pieceBytes = pieceBytes;
      this.#isLent = isLent;
      this.#isEnded = false;
      throw error;
    } finally {
      this.#frameAt = NOWHERE;
    }
  }

  /**
   * Appends bytes, perhaps part of a buffer. Long ones that are lent must stay as they are until they have been taken and sent.
   *
   * @throws {TypeError} `bytes` is no Uint8Array.
   */
  append(bytes: Uint8Array, start: number = 0, end: number = bytes.length): void {
    checkedBytes(bytes);
    const length = end - start;
    if (length < LENT_BYTES) {
      this.#copy(bytes, start, end, this.reserve(length));
    } else {
      this.#seal();
      const whole = length === bytes.length ? bytes : view(bytes, start, end);
      const mayLend = !this.#copies && this.#mayLend();
      this.#pieces.push(mayLend ? whole : copyOf(whole));
      this.#pieceBytes += length;
      this.#isLent = this.#isLent || mayLend;
    }
  }

  /**
   * As `append()`, of a short part of a buffer, with room for a header in front of it: a step less than one after the other.
   *
   * @param header Bytes of the header, few: the caller fills them in `bytes`, from the offset returned.
   * @param end At most 255 behind `start`.
   * @throws {TypeError} `bytes` is no Uint8Array.
   */
  appendBehind(header: number, bytes: Uint8Array, start: number, end: number): number {
    checkedBytes(bytes);
    const at = this.reserve(header + end - start);
    this.#copy(bytes, start, end, at + header);
    return at;
  }

  /**
   * Makes room for `length` bytes, few of them: the caller fills them in `bytes`, from the offset returned.
   *
   * @param length 0 to 65536.
   */
  reserve(length: number): number {
    this.#room(length);
    const at = this.#end;
    this.#end += length;
    return at;
  }

  /** The buffer that `reserve()` made room in last. */
  get bytes(): Uint8Array {
    return this.#buffer;
  }

  /** Has all that follows of this frame copied, however long: its memory may be filled anew by whoever made it. */
  copyLong(): void {
    this.#copies = true;
  }

  /** Says that the frame goes on to the end of the stream: no other can follow. */
  endStream(): void {
    this.#isEnded = true;
  }

  /**
   * All that was gathered, in order. It stays as it is until `reuse()`; what is appended meanwhile goes elsewhere.
   *
   * @throws {TypeError} A frame is being added: part of it may be among what was gathered.
   */
  take(): Uint8Array[] {
    if (this.#frameAt !== NOWHERE) throw inUse();
    this.#takenBytes += this.byteLength;
    this.#seal();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#isLent = false;
    return pieces;
  }

  /** What was taken has been sent: unless something was appended since, the buffer may be filled anew, by whoever is next. */
  reuse(): void {
    if (this.byteLength > 0 || this.#spare === undefined) return;
    this.#usualBytes = Math.max(this.#end, this.#buffer.length / SHRINKAGE);
    this.#spare.giveBack();
    this.#use(undefined, 0, 0);
  }

  #refusal(): Error {
    if (this.#frameAt !== NOWHERE) return inUse();
    return new FrameError("malformed", "the frame before goes on to the end of the stream", this.position);
  }

  #copy(bytes: Uint8Array, start: number, end: number, at: number): void {
    if (end - start === bytes.length) this.#buffer.set(bytes, at);
    else copier.copy(bytes, start, end, this.#buffer, at);
  }

  #room(bytes: number): void {
    if (this.#buffer.length - this.#end < bytes) this.#grow(bytes);
  }

  /** Goes on in another buffer: with what was gathered, where both fit. The one before may be in use, and is not given back. */
  #grow(bytes: number): void {
    if (this.#end - this.#start + bytes > LARGEST_BUFFER_BYTES) this.#seal();
    const gathered = this.#end - this.#start;
    const spare = takeBuffer(Math.max(gathered + bytes, this.#usualBytes));
    if (gathered > 0) spare.bytes.set(view(this.#buffer, this.#start, this.#end));
    this.#use(spare, 0, gathered);
  }

  #use(spare: SpareBuffer | undefined, start: number, end: number): void {
    this.#spare = spare;
    this.#buffer = spare?.bytes ?? NO_BYTES;
    this.#start = start;
    this.#end = end;
  }

  #seal(): void {
    if (this.#end === this.#start) return;
    const first = this.#start === 0 ? this.#spare?.first(this.#end) : undefined;
    this.#pieces.push(first ?? view(this.#buffer, this.#start, this.#end));
    this.#pieceBytes += this.#end - this.#start;
    this.#start = this.#end;
  }
}

function encodeRange<T>(codec: Codec<T>, bytes: Uint8Array, start: number, end: number, out: FrameOutput): void {
  if (codec.encodeRange !== undefined) codec.encodeRange(bytes, start, end, out);
  else codec.encode(view(bytes, start, end) as T, out);
}

function inUse(): TypeError {
  return new TypeError("What encodes a frame cannot send where that frame is sent");
}
