import type { Codec } from "./codec.ts";
import { FrameError } from "./frame-error.ts";
import { NO_BYTES } from "./intake.ts";

/** The size of the buffer that frames are gathered in. */
const BUFFER_BYTES = 65536;
/** From here on bytes are lent instead of copied: a copy of 16 KiB costs less than a write of its own. */
const LENT_BYTES = 16384;
/** As many buffers are kept for whoever sends next: an idle connection has none of its own. */
const SPARE_BUFFERS = 4;
const spareBuffers: Uint8Array[] = [];

/** Frames on their way out: gathered in one buffer, but for long ones, which are lent. */
export class FrameOutput {
  /** What is full or lent, in order; what follows it is in the buffer from `#start` on. */
  #pieces: Uint8Array[] = [];
  #buffer: Uint8Array = NO_BYTES;
  #start = 0;
  #end = 0;
  #pieceBytes = 0;
  #takenBytes = 0;
  #isLent = false;
  #isEnded = false;

  /** Bytes gathered and not taken yet. */
  get byteLength(): number {
    return this.#pieceBytes + this.#end - this.#start;
  }

  /** Bytes gathered since the beginning: where in the stream the next frame begins. */
  get position(): number {
    return this.#takenBytes + this.byteLength;
  }

  /** Whether some of the bytes gathered are still in their owner's memory. */
  get isLent(): boolean {
    return this.#isLent;
  }

  /**
   * Adds a frame. One that cannot be encoded leaves no trace.
   *
   * @throws {FrameError} As the codec's `encode()`; `malformed`: the frame before goes on to the end of the stream.
   */
  add<T>(codec: Codec<T>, frame: T): void {
    if (this.#isEnded)
      throw new FrameError("malformed", "the frame before goes on to the end of the stream", this.position);
    const pieces = this.#pieces.length;
    const start = this.#start;
    const end = this.#end;
    const buffer = this.#buffer;
    const pieceBytes = this.#pieceBytes;
    const isLent = this.#isLent;
    try {
      codec.encode(frame, this);
    } catch (error) {
      this.#pieces.length = pieces;
      this.#start = start;
      this.#end = end;
      this.#buffer = buffer;
      this.#pieceBytes = pieceBytes;
      this.#isLent = isLent;
      this.#isEnded = false;
      throw error;
    }
  }

  /**
   * Appends bytes. Long ones are lent: they must stay as they are until they have been taken and sent.
   *
   * @throws {TypeError} `bytes` is no Uint8Array.
   */
  append(bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array)) throw new TypeError("A frame's bytes are a Uint8Array");
    if (bytes.length < LENT_BYTES) {
      this.#room(bytes.length);
      this.#buffer.set(bytes, this.#end);
      this.#end += bytes.length;
    } else {
      this.#seal();
      this.#pieces.push(bytes);
      this.#pieceBytes += bytes.length;
      this.#isLent = true;
    }
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

  /** Says that the frame goes on to the end of the stream: no other can follow. */
  endStream(): void {
    this.#isEnded = true;
  }

  /** All that was gathered, in order. It stays as it is until `reuse()`; what is appended meanwhile goes elsewhere. */
  take(): Uint8Array[] {
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
    if (this.byteLength > 0 || this.#buffer.length === 0) return;
    if (spareBuffers.length < SPARE_BUFFERS) spareBuffers.push(this.#buffer);
    this.#use(NO_BYTES);
  }

  #room(bytes: number): void {
    if (this.#buffer.length - this.#end >= bytes) return;
    this.#seal();
    this.#use(spareBuffers.pop() ?? new Uint8Array(BUFFER_BYTES));
  }

  #use(buffer: Uint8Array): void {
    this.#buffer = buffer;
    this.#start = 0;
    this.#end = 0;
  }

  #seal(): void {
    if (this.#end === this.#start) return;
    this.#pieces.push(this.#buffer.subarray(this.#start, this.#end));
    this.#pieceBytes += this.#end - this.#start;
    this.#start = this.#end;
  }
}
