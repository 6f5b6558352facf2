import { WOULD_BLOCK } from "../constants.ts";
import { SocketError } from "../errors.ts";
import type { Socket, WaitOptions } from "../socket.ts";
import { KeepAlive, type Limit, limitOf, Waiter, WaitQueue } from "../wait.ts";
import type { Codec } from "./codec.ts";
import { Decoder } from "./decoder.ts";
import { detached } from "./detached.ts";
import { NO_BYTES } from "./intake.ts";
import { view } from "./view.ts";

/** What the first read has room for; while reads fill their room, the next has twice as much. */
const LEAST_ROOM_BYTES = 1024;
const MOST_ROOM_BYTES = 65536;

class FrameWaiter<T> extends Waiter<T | undefined> {
  readonly isLimited: boolean;

  constructor(isLimited: boolean) {
    super();
    this.isLimited = isLimited;
  }
}

/** The receiving half of `Framed`: reads when somebody waits for a frame, and not before. */
export class FrameReceiver<T> {
  readonly #socket: Socket;
  readonly #decoder: Decoder<T>;
  readonly #beforeWaiting: () => void;
  /** The socket keeps the process alive itself. */
  readonly #waiters = new WaitQueue<T | undefined, FrameWaiter<T>>(new KeepAlive({ ref() {}, unref() {} }));
  /** What reads fill, part by part. It is never filled again: frames are views of it, for as long as anybody likes. */
  #buffer = NO_BYTES;
  #filled = 0;
  /** The part of it that is free. */
  #room = NO_BYTES;
  #roomBytes = LEAST_ROOM_BYTES;
  #found: T | undefined;
  #isReading = false;
  /** Ends a read that nobody waits for any more. */
  #abort: AbortController | undefined;
  #isAtEnd = false;
  #isDetached = false;

  constructor(socket: Socket, codec: Codec<T>, leftOver: Uint8Array, beforeWaiting: () => void) {
    this.#socket = socket;
    this.#decoder = new Decoder(codec).push(leftOver.slice());
    this.#beforeWaiting = beforeWaiting;
  }

  /** The next frame, or undefined at the end of the stream. */
  receive(options: WaitOptions | undefined): Promise<T | undefined> {
    try {
      const limit = limitOf(options);
      if (this.#waiters.first === undefined && this.#find()) return Promise.resolve(this.#found);
      if (limit?.timeout === 0) throw timedOut();
      return this.#wait(limit);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** As `receive()`, for iterators: one promise for a frame that is here. */
  next(): Promise<IteratorResult<T, undefined>> {
    try {
      if (this.#waiters.first === undefined && this.#find()) return Promise.resolve(asResult(this.#found));
      return this.#wait(undefined).then(asResult);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The next frame; undefined when none is complete, or at the end of the stream. */
  tryReceive(): T | undefined {
    return this.#waiters.first === undefined && this.#find() ? this.#found : undefined;
  }

  /** Ends receiving, and hands back what belongs to no frame received. */
  detach(): Uint8Array {
    if (this.#waiters.first !== undefined) throw new TypeError("A receive is pending");
    this.#isDetached = true;
    return this.#decoder.rest();
  }

  /** Whether a frame is here, or the end of the stream: `#found`. */
  #find(): boolean {
    if (this.#isDetached) throw detached();
    for (;;) {
      const next = this.#decoder.next();
      this.#found = next.value;
      if (!next.done || this.#isAtEnd) return true;
      const received = this.#socket.tryReceive(this.#free());
      if (received === WOULD_BLOCK) return false;
      this.#took(received);
    }
  }

  #wait(limit: Limit | undefined): Promise<T | undefined> {
    const promise = this.#waiters.push(new FrameWaiter(limit !== undefined), limit, timedOut);
    if (limit !== undefined) promise.catch(() => this.#stopIfNobodyWaits());
    if (!this.#isReading) void this.#read();
    return promise;
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    for (let first = this.#waiters.first; first !== undefined; first = this.#waiters.first) {
      this.#beforeWaiting();
      this.#abort = first.isLimited ? new AbortController() : undefined;
      try {
        this.#took(await this.#socket.receive(this.#free(), this.#abort && { signal: this.#abort.signal }));
        this.#deliver();
      } catch (error) {
        // Ended because nobody waited any more; whoever does by now is served by the next read.
        const isOurs = this.#abort?.signal.aborted === true && error === this.#abort.signal.reason;
        if (!isOurs) this.#waiters.rejectAll(() => error);
      }
    }
    this.#isReading = false;
  }

  #deliver(): void {
    while (this.#waiters.first !== undefined && this.#find()) this.#waiters.resolveFirst(this.#found);
  }

  #stopIfNobodyWaits(): void {
    if (this.#waiters.first === undefined) this.#abort?.abort();
  }

  /** Room for the next read: at least a quarter of what reads are given. */
  #free(): Uint8Array {
    if (this.#room.length < this.#roomBytes / 4) {
      this.#buffer = new Uint8Array(this.#roomBytes);
      this.#filled = 0;
      this.#room = this.#buffer;
    }
    return this.#room;
  }

  #took(count: number): void {
    if (count === 0) {
      this.#isAtEnd = true;
      this.#decoder.end();
      return;
    }
    const chunk = view(this.#buffer, this.#filled, this.#filled + count);
    this.#filled += count;
    this.#room = view(this.#buffer, this.#filled, this.#buffer.length);
    if (this.#filled === this.#buffer.length) this.#roomBytes = Math.min(this.#roomBytes * 2, MOST_ROOM_BYTES);
    this.#decoder.push(chunk);
  }
}

function asResult<T>(frame: T | undefined): IteratorResult<T, undefined> {
  return frame === undefined ? { done: true, value: undefined } : { done: false, value: frame };
}

function timedOut(): SocketError {
  return new SocketError("EAGAIN", "recv");
}
