import { WOULD_BLOCK } from "../constants.ts";
import { SocketError } from "../errors.ts";
import type { Socket, WaitOptions } from "../socket.ts";
import { KeepAlive, type Limit, limitOf, Waiter, WaitQueue } from "../wait.ts";
import type { Codec } from "./codec.ts";
import { Decoder } from "./decoder.ts";
import { NO_BYTES } from "./intake.ts";

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

  /** The next frame, or undefined at the end of the stream; handed over by way of `wrap`. */
  receive<R>(options: WaitOptions | undefined, wrap: (frame: T | undefined) => R): Promise<R> {
    try {
      const limit = limitOf(options);
      if (this.#waiters.first === undefined && this.#find()) return Promise.resolve(wrap(this.#found));
      if (limit?.timeout === 0) throw timedOut();
      return this.#wait(limit).then(wrap);
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
    if (this.#isDetached) throw new TypeError("The socket was detached from these frames");
    for (;;) {
      const next = this.#decoder.next();
      this.#found = next.value;
      if (!next.done || this.#isAtEnd) return true;
      const received = this.#socket.tryReceive(this.#room());
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
        this.#took(await this.#socket.receive(this.#room(), this.#abort && { signal: this.#abort.signal }));
        this.#deliver();
      } catch (error) {
        if (this.#abort?.signal.aborted !== true) this.#waiters.rejectAll(() => error);
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

  #room(): Uint8Array {
    if (this.#buffer.length - this.#filled < this.#roomBytes / 4) {
      this.#buffer = new Uint8Array(this.#roomBytes);
      this.#filled = 0;
    }
    return this.#buffer.subarray(this.#filled);
  }

  #took(count: number): void {
    if (count === 0) {
      this.#isAtEnd = true;
      this.#decoder.end();
      return;
    }
    const chunk = this.#buffer.subarray(this.#filled, this.#filled + count);
    this.#filled += count;
    if (this.#filled === this.#buffer.length) this.#roomBytes = Math.min(this.#roomBytes * 2, MOST_ROOM_BYTES);
    this.#decoder.push(chunk);
  }
}

function timedOut(): SocketError {
  return new SocketError("EAGAIN", "recv");
}
