import type { Codec, Splitter } from "./codec.ts";
import { FrameError } from "./frame-error.ts";
import { Intake, NO_BYTES } from "./intake.ts";
import { checkRange } from "./range.ts";
import { roomFor } from "./room-for.ts";
import { view } from "./view.ts";

const NOTHING: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * Is shown a frame: it lies in `bytes` from `start` to before `end`. What is in `bytes` counts during the call only.
 *
 * @returns False to be shown no more.
 */
export type FrameVisitor = (bytes: Uint8Array, start: number, end: number) => unknown;

/**
 * Takes bytes in and gives frames out: synchronous, and the same frames however the bytes are split.
 *
 * Frames are decoded as they are taken: a loop that stops leaves the rest of the bytes alone, for the next loop or `rest()`.
 * A frame of bytes is a view of the chunk it came in, and lives as long as nobody overwrites that chunk; one that spans
 * chunks has memory of its own. Once a loop has run to its end, the decoder has copied what it still needs of the chunk.
 *
 * @throws {FrameError} From `push()`, `end()` and the loops: `too-long`, `malformed`, `message`. From then on every call
 * throws the same error, but for codecs that recover; what their `onSkip` throws is thrown as such an error.
 *
 * @example
 * ```ts
 * const decoder = new Decoder(lines());
 * for (const line of decoder.push(chunk)) console.log(line);
 * decoder.end();
 * ```
 */
export class Decoder<T> implements IterableIterator<T> {
  readonly #splitter: Splitter<T>;
  readonly #intake = new Intake();
  /** Bytes behind those of the intake, from `#chunkAt` on; the intake is then the decoder's own buffer. */
  #chunk: Uint8Array | undefined;
  #chunkAt = 0;
  /** Bytes of the stream before the last chunk. */
  #chunkBase = 0;
  #pushed = 0;
  #ownsIntake = false;
  #ended = false;
  #finished = false;
  #failure: { readonly error: unknown } | undefined;
  /** Every call of `next()` returns it: one for each is an eighth of the time on Bun. */
  readonly #result = { done: false as const, value: undefined as T };

  constructor(codec: Codec<T>) {
    this.#splitter = codec.splitter();
  }

  /** Bytes of the stream before the next frame; after a failure, before the frame that failed. */
  get position(): number {
    return this.#intake.base + this.#intake.next;
  }

  /**
   * Takes the next bytes of the stream in.
   *
   * @param chunk Lent until all frames have been taken: till a loop over this decoder has run to its end.
   * @param start With `end`: the bytes are `chunk[start]` to before `chunk[end]`. No view is made of them.
   * @returns This decoder, to loop over: it gives the frames that are complete now.
   * @throws {FrameError} The one that this decoder failed with before.
   * @throws {TypeError} `chunk` is no Uint8Array; or it is not empty and comes after `end()`.
   * @throws {RangeError} `start` and `end` are no range of `chunk`.
   */
  push(chunk: Uint8Array, start: number = 0, end: number = chunk?.length): this {
    if (!(chunk instanceof Uint8Array)) throw new TypeError(`A chunk is a Uint8Array, not ${typeof chunk}`);
    checkRange(chunk, start, end);
    if (this.#failure !== undefined) throw this.#failure.error;
    if (start === end) return this;
    if (this.#ended) throw new TypeError("The stream has ended: nothing can be pushed any more");
    if (this.#chunk !== undefined) this.#takeAll(this.#chunk.length - this.#chunkAt);
    const base = this.#pushed;
    this.#pushed += end - start;
    const intake = this.#intake;
    if (intake.next === intake.limit) {
      intake.look(chunk, start, end, base - start);
      this.#ownsIntake = false;
    } else {
      this.#chunk = end - start === chunk.length ? chunk : view(chunk, start, end);
      this.#chunkAt = 0;
      this.#chunkBase = base;
      if (!this.#ownsIntake) this.#grow(0);
    }
    return this;
  }

  /**
   * Says that the stream has ended.
   *
   * @returns This decoder, to loop over: frames not taken yet come first, then the one that only the end completes.
   * @throws {FrameError} `truncated`: the stream ends within a frame. When frames before it have not been taken yet, the loop
   * throws it behind them.
   */
  end(): this {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#ended = true;
    // Looks for a frame, and leaves it for the loop to find again.
    if (!this.#finished && this.#advance()) this.#stepBack();
    return this;
  }

  /**
   * The next frame, if it is complete; for loops. `done` means: more bytes are needed.
   *
   * @returns An object that the next call fills anew.
   */
  next(): IteratorResult<T, undefined> {
    while (this.#advance()) {
      try {
        this.#result.value = this.decode(this.#splitter, this.#intake);
        return this.#result;
      } catch (error) {
        this.#recover(error instanceof FrameError ? error : this.#intake.messageError(error));
      }
    }
    return NOTHING;
  }

  [Symbol.iterator](): this {
    return this;
  }

  /** Makes the frame that was found. */
  protected decode(splitter: Splitter<T>, intake: Intake): T {
    return splitter.decode(intake);
  }

  /**
   * Takes the next bytes in and shows each frame where it lies, without making a view or a message of it. What it shows is what
   * the codec gives as bytes: of `typeLed()` the frame without its type.
   *
   * @param visit Called for each frame. When it returns false, the visit ends: this frame and those behind it are left for the
   * next visit or loop.
   * @returns How many frames were shown.
   * @throws {TypeError} `visit` returned false after it had this decoder take more bytes in, or frames: where its frame was,
   * there may be others.
   * @throws As `push()` and the loops, but for what decoding finds out: `message`, and of `lines()` bytes that are no UTF-8.
   */
  visit(chunk: Uint8Array, visit: FrameVisitor): number {
    this.push(chunk);
    const intake = this.#intake;
    let shown = 0;
    while (this.#advance()) {
      shown++;
      const { position } = intake;
      if (visit(intake.bytes, intake.start, intake.end) === false) {
        if (intake.position !== position) throw new TypeError("A visitor that used the decoder cannot leave its frame");
        this.#stepBack();
        break;
      }
    }
    return shown;
  }

  /** Ends the decoding, and hands back the bytes that belong to no frame taken so far, in memory of their own. */
  rest(): Uint8Array {
    const { bytes, next, limit } = this.#intake;
    const behind = this.#chunk?.subarray(this.#chunkAt) ?? NO_BYTES;
    const rest = new Uint8Array(limit - next + behind.length);
    rest.set(bytes.subarray(next, limit));
    rest.set(behind, limit - next);
    this.#drop(this.position);
    this.#ended = true;
    this.#finished = true;
    return rest;
  }

  /** Leaves the frame in hand for the next call to find again. */
  #stepBack(): void {
    this.#intake.next = this.#intake.at;
    this.#finished = false;
  }

  /** Goes to the next frame, if it is complete. */
  #advance(): boolean {
    const intake = this.#intake;
    intake.at = intake.next;
    try {
      return (intake.at < intake.limit && this.#splitter.split(intake, intake.at)) || this.#advanceWithMore();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** The intake holds no complete frame: adds bytes of the chunk until it does, or copies what is left of a chunk used up. */
  #advanceWithMore(): boolean {
    if (this.#failure !== undefined) throw this.#failure.error;
    const intake = this.#intake;
    while (this.#chunk !== undefined) {
      if (intake.next === intake.limit) {
        this.#lookAtChunk(this.#chunk);
      } else {
        const wanted = this.#splitter.wants(intake, intake.at, this.#chunk, this.#chunkAt);
        if (intake.at === intake.limit) continue;
        this.#take(Math.max(wanted, 1));
      }
      if (intake.at < intake.limit && this.#splitter.split(intake, intake.at)) return true;
    }
    if (intake.next < intake.limit && !this.#ownsIntake) this.#grow(0);
    return this.#ended && this.#finish();
  }

  #finish(): boolean {
    if (this.#finished) return false;
    this.#finished = true;
    const intake = this.#intake;
    if (this.#splitter.finish(intake, intake.at)) return true;
    if (intake.at === intake.limit) return false;
    const present = intake.limit - intake.at;
    throw intake.error("truncated", `the stream ended after ${present} of its bytes`);
  }

  /** Goes on in the chunk itself: the decoder's own buffer is used up. */
  #lookAtChunk(chunk: Uint8Array): void {
    this.#intake.look(chunk, this.#chunkAt, chunk.length, this.#chunkBase);
    this.#chunk = undefined;
    this.#ownsIntake = false;
  }

  /** Moves what is left of the chunk to the intake, before another comes. */
  #takeAll(count: number): void {
    const { bytes, next, limit } = this.#intake;
    // Twice what is there: with room for this chunk alone, each one would copy all that nobody has taken yet.
    if (bytes.length - limit < count) this.#grow(count, 2 * (limit - next + count));
    this.#take(count);
  }

  /** Moves bytes from the chunk to the intake. */
  #take(count: number): void {
    const chunk = this.#chunk as Uint8Array;
    const intake = this.#intake;
    if (!this.#ownsIntake || intake.bytes.length - intake.limit < count) this.#grow(count);
    const to = this.#chunkAt + count;
    intake.bytes.set(count === chunk.length ? chunk : chunk.subarray(this.#chunkAt, to), intake.limit);
    intake.limit += count;
    this.#chunkAt = to;
    if (to === chunk.length) this.#chunk = undefined;
  }

  /** Moves what the intake holds to a buffer of the decoder's own, of at least `least` bytes, with room for `more`. */
  #grow(more: number, least: number = 0): void {
    const intake = this.#intake;
    const held = intake.bytes.subarray(intake.next, intake.limit);
    const present = held.length + more;
    const buffer = new Uint8Array(Math.max(least, present, roomFor(intake.need, present)));
    buffer.set(held);
    intake.look(buffer, 0, held.length, intake.base + intake.next);
    this.#ownsIntake = true;
  }

  /** Goes on behind the frame in hand, if that is allowed. */
  #recover(refused: FrameError): void {
    try {
      if (this.#splitter.recover(refused)) return;
    } catch (error) {
      throw this.#fail(error);
    }
    throw this.#fail(refused);
  }

  #fail(error: unknown): unknown {
    this.#failure = { error };
    this.#drop(this.#intake.position);
    return error;
  }

  #drop(position: number): void {
    this.#intake.look(NO_BYTES, 0, 0, position);
    this.#chunk = undefined;
  }
}
