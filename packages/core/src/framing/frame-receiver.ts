import { WOULD_BLOCK } from "../constants.ts";
import { copyOf } from "../copy-of.ts";
import { SocketError } from "../errors.ts";
import type { Socket, WaitOptions } from "../socket.ts";
import { type Limit, limitOf, Waiter, WaitQueue } from "../wait.ts";
import type { Codec } from "./codec.ts";
import type { FrameVisitor } from "./decoder.ts";
import { detached } from "./detached.ts";
import { NO_BYTES } from "./intake.ts";
import { joined } from "./joined.ts";
import { ReceivingDecoder } from "./receiving-decoder.ts";
import { view } from "./view.ts";

/** What the first read has room for; while reads fill their room, the next has twice as much. */
const LEAST_ROOM_BYTES = 1024;
const MOST_ROOM_BYTES = 65536;

/** Takes what a call is for, if it is here, and leaves it in `#found`. */
type Take = (receiver: FrameReceiver<unknown>) => boolean;

/** A call that waits for frames. */
class Receive extends Waiter<unknown> {
  readonly take: Take;
  /** Whether it may end before there is a frame; and by a timeout of its own, in the place of the socket's. */
  readonly isLimited: boolean;
  readonly hasTimeout: boolean;

  constructor(take: Take, options: WaitOptions | undefined) {
    super();
    this.take = take;
    this.hasTimeout = options?.timeout !== undefined;
    this.isLimited = this.hasTimeout || options?.signal !== undefined;
  }
}

/** The receiving half of `Framed`: reads when somebody waits for a frame, and not before. */
export class FrameReceiver<T> {
  static readonly #takeFrame: Take = (receiver) => receiver.#findOne();
  static readonly #takeResult: Take = (receiver) => receiver.#findResult();

  readonly #socket: Socket;
  readonly #decoder: ReceivingDecoder<T>;
  readonly #beforeWaiting: () => void;
  /** The socket keeps the process alive itself. */
  readonly #receives = new WaitQueue<unknown, Receive>();
  /** What reads fill, part by part. */
  #buffer = NO_BYTES;
  #filled = 0;
  /** The part of it that the next read may fill, once that has been asked for. */
  #room: Uint8Array | undefined;
  #roomBytes = LEAST_ROOM_BYTES;
  /** What was looked for last: a frame, undefined at the end of the stream; frames; or how many were shown. */
  #found: unknown;
  /** Whether a frame is being shown that lies in the buffer. */
  #isShowing = false;
  #isReading = false;
  /** The read that the socket has not answered yet: its room is taken, and what it brings comes before all else. */
  #underWay: Promise<void> | undefined;
  /** Ends a read that nobody waits for any more. */
  #abort: AbortController | undefined;
  #isAtEnd = false;
  #isDetached = false;
  /** What a read that nobody waited for any more brought after that. */
  #late: Uint8Array | undefined;

  constructor(socket: Socket, codec: Codec<T>, leftOver: Uint8Array, beforeWaiting: () => void) {
    this.#socket = socket;
    this.#decoder = new ReceivingDecoder(codec).push(copyOf(leftOver));
    this.#beforeWaiting = beforeWaiting;
  }

  /** The next frame, or undefined at the end of the stream. */
  receive(options: WaitOptions | undefined): Promise<T | undefined> {
    return this.#call(FrameReceiver.#takeFrame, options) as Promise<T | undefined>;
  }

  /** At least one frame and at most `most`; none at the end of the stream. */
  receiveMany(most: number, options: WaitOptions | undefined): Promise<T[]> {
    return this.#call((receiver) => receiver.#findMany(most), options) as Promise<T[]>;
  }

  /** As `Decoder.visit()`; 0 at the end of the stream. */
  visit(visit: FrameVisitor, options: WaitOptions | undefined): Promise<number> {
    return this.#call((receiver) => receiver.#show(visit), options) as Promise<number>;
  }

  /** As `receive()`, for iterators: one promise for a frame that is here. */
  next(): Promise<IteratorResult<T, undefined>> {
    return this.#call(FrameReceiver.#takeResult, undefined) as Promise<IteratorResult<T, undefined>>;
  }

  /** The next frame, undefined at the end of the stream, or `WOULD_BLOCK`. */
  tryReceive(): T | undefined | typeof WOULD_BLOCK {
    return this.#receives.first() === undefined && this.#findOne() ? (this.#found as T | undefined) : WOULD_BLOCK;
  }

  /** Ends receiving, and hands back what belongs to no frame received. */
  detach(): Promise<Uint8Array> {
    if (this.#receives.first() !== undefined) throw new TypeError("A receive is pending");
    this.#isDetached = true;
    return this.#withLate(this.#decoder.rest());
  }

  async #withLate(rest: Uint8Array): Promise<Uint8Array> {
    await this.#underWay;
    return this.#late === undefined ? rest : joined([rest, this.#late]);
  }

  #call(take: Take, options: WaitOptions | undefined): Promise<unknown> {
    try {
      const limit = limitOf(options);
      if (this.#receives.first() === undefined && take(this)) return Promise.resolve(this.#found);
      return this.#wait(take, options, limit);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #findOne(): boolean {
    for (;;) {
      const next = this.#decoder.next();
      this.#found = next.value;
      if (!next.done) return true;
      if (!this.#receiveNow()) return this.#isAtEnd;
    }
  }

  #findResult(): boolean {
    if (!this.#findOne()) return false;
    const frame = this.#found;
    this.#found = frame === undefined ? { done: true, value: undefined } : { done: false, value: frame };
    return true;
  }

  #findMany(most: number): boolean {
    const frames: T[] = [];
    try {
      do {
        for (let next = this.#decoder.next(); !next.done; next = this.#decoder.next()) {
          if (frames.push(next.value) === most) break;
        }
      } while (frames.length === 0 && this.#receiveNow());
    } catch (error) {
      // After frames, what is wrong is for the next call.
      if (frames.length === 0) throw error;
    }
    this.#found = frames;
    return frames.length > 0 || this.#isAtEnd;
  }

  #show(visit: FrameVisitor): boolean {
    // A visitor may visit.
    const wasShowing = this.#isShowing;
    do {
      this.#isShowing = true;
      try {
        this.#found = this.#decoder.visit(NO_BYTES, visit);
      } finally {
        this.#isShowing = wasShowing;
      }
      if (this.#found !== 0) return true;
    } while (this.#receiveNow());
    return this.#isAtEnd;
  }

  /** Takes what the socket has; false when that is nothing, or the stream has ended. */
  #receiveNow(): boolean {
    if (this.#isDetached) throw detached();
    if (this.#isAtEnd || this.#underWay !== undefined) return false;
    const received = this.#socket.tryReceive(this.#free());
    if (received === WOULD_BLOCK) return false;
    this.#took(received);
    return true;
  }

  #wait(take: Take, options: WaitOptions | undefined, limit: Limit | undefined): Promise<unknown> {
    // First, for it throws where a frame is being encoded.
    if (!this.#isReading) this.#beforeWaiting();
    const promise = this.#receives.push(new Receive(take, options), limit, timedOut);
    if (limit !== undefined) this.#stopAfter(promise);
    if (!this.#isReading) this.#read();
    return promise;
  }

  /** Reads for the call that waits next, if there is one. */
  #readOn(): void {
    this.#isReading = this.#receives.first() !== undefined;
    if (!this.#isReading) return;
    this.#beforeWaiting();
    this.#read();
  }

  // No async function: that would make a promise more for each message, and objects that an idle connection keeps.
  #read(): void {
    this.#isReading = true;
    const first = this.#receives.first();
    const options = first?.isLimited ? this.#untilAborted(first) : undefined;
    this.#underWay = this.#socket.receive(this.#free(), options).then(this.#onReceived, this.#onFailed);
  }

  #untilAborted({ hasTimeout }: Receive): WaitOptions {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    return hasTimeout ? { timeout: Number.POSITIVE_INFINITY, signal } : { signal };
  }

  readonly #onReceived = (count: number): void => {
    this.#underWay = undefined;
    try {
      this.#took(count);
      this.#deliver();
    } catch (error) {
      this.#rejectAll(error);
    }
    this.#readOn();
  };

  readonly #onFailed = (error: unknown): void => {
    this.#underWay = undefined;
    // Ended because its call was; who waits by now is served by the next read.
    const isOurs = this.#abort?.signal.aborted === true && error === this.#abort.signal.reason;
    if (isTimeout(error)) this.#receives.rejectFirst(error);
    else if (!isOurs) this.#rejectAll(error);
    this.#readOn();
  };

  #rejectAll(error: unknown): void {
    this.#receives.rejectAll(() => error);
  }

  #deliver(): void {
    for (let first = this.#receives.first(); first !== undefined; first = this.#receives.first()) {
      try {
        if (!first.take(this)) return;
        // Code of the user's may have aborted the call that it served.
        if (this.#receives.first() === first) this.#receives.resolveFirst(this.#found);
      } catch (error) {
        if (this.#receives.first() === first) this.#receives.rejectFirst(error);
      }
    }
  }

  /** Has the read end when this call does: others that wait have one of their own, with their own limits. */
  #stopAfter(call: Promise<unknown>): void {
    call.catch(() => this.#abort?.abort());
  }

  /**
   * Room for the next read: at least a quarter of what reads are given. Asked for when the decoder is done with its chunk. What
   * frames may be views of is not filled again: they live as long as anybody likes.
   */
  #free(): Uint8Array {
    if (!this.#decoder.isGivenOut && !this.#isShowing && this.#buffer.length === this.#roomBytes) {
      this.#filled = 0;
      this.#room = this.#buffer;
    } else if (this.#buffer.length - this.#filled < this.#roomBytes / 4) {
      this.#buffer = new Uint8Array(this.#roomBytes);
      this.#filled = 0;
      this.#room = this.#buffer;
      this.#decoder.isGivenOut = false;
    }
    this.#room ??= view(this.#buffer, this.#filled, this.#buffer.length);
    return this.#room;
  }

  #took(count: number): void {
    if (this.#isDetached) {
      this.#late = this.#buffer.slice(this.#filled, this.#filled + count);
      return;
    }
    if (count === 0) {
      this.#isAtEnd = true;
      this.#decoder.end();
      return;
    }
    const start = this.#filled;
    this.#filled += count;
    this.#room = undefined;
    if (this.#filled === this.#buffer.length) this.#roomBytes = Math.min(this.#roomBytes * 2, MOST_ROOM_BYTES);
    this.#decoder.push(this.#buffer, start, this.#filled);
  }
}

function timedOut(): SocketError {
  return new SocketError("EAGAIN", "recv");
}

function isTimeout(error: unknown): boolean {
  return error instanceof SocketError && error.code === "EAGAIN";
}
