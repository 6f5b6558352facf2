import { WOULD_BLOCK } from "../constants.ts";
import { atEndOfTurn } from "../end-of-turn.ts";
import { SocketError } from "../errors.ts";
import { limited } from "../limited.ts";
import { SO_SNDTIMEO } from "../options.ts";
import { select } from "../select.ts";
import type { Socket, WaitOptions } from "../socket.ts";
import { type Limit, limitOf, Waiter, WaitQueue } from "../wait.ts";
import type { Codec } from "./codec.ts";
import { detached } from "./detached.ts";
import { FrameOutput } from "./frame-output.ts";

/** In so many microtasks to look whether the frames have been written, before the end of the turn is asked for: that costs ten times as much. */
const LOOKS = 4;

/** While so many gathered bytes are not sent, calls to send wait. */
const HIGH_WATER_BYTES = 65536;

const NO_PIECES: Uint8Array[] = [];
const SENT: Promise<void> = Promise.resolve();
/** The socket's own timeout is for the calls that wait: a frame that has been begun is sent to its end. */
const UNLIMITED: WaitOptions = { timeout: Number.POSITIVE_INFINITY };

/** A call to send that waits for room. */
class Send<T> extends Waiter<void> {
  readonly frame: T;

  constructor(frame: T) {
    super();
    this.frame = frame;
  }
}

/** A call that waits until the socket has taken the stream up to an offset. */
interface Flush {
  readonly offset: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** The sending half of `Framed`: gathers frames, and writes them together. */
export class FrameSender<T> {
  readonly #socket: Socket;
  readonly #codec: Codec<T>;
  readonly #output: FrameOutput = new FrameOutput(() => this.#mayLend());
  readonly #onLater: () => void;
  /** The socket keeps the process alive itself. */
  readonly #sends = new WaitQueue<void, Send<T>>();
  #isScheduled = false;
  #looksLeft = 0;
  /** Whether the call in hand may end before its frame is sent: then long bytes cannot stay in their owner's memory. */
  #isLimited = false;
  /** Under way while the socket does not take all at once. */
  #draining: Promise<void> | undefined;
  /** Who waits until the socket has taken what was gathered before. */
  #flushes: Flush[] = [];
  #failure: { readonly error: unknown } | undefined;
  /** Whether a promise of ours was rejected with the failure. */
  #isReported = false;
  /** Why nothing more can be sent by these frames, if so. */
  #refusal: (() => Error) | undefined;

  constructor(socket: Socket, codec: Codec<T>) {
    this.#socket = socket;
    this.#codec = codec;
    this.#onLater = () => this.#later();
  }

  send(frame: T, options?: WaitOptions): Promise<void> {
    try {
      const limit = limitOf(options);
      if (!this.#hasRoom()) return this.#wait(frame, options, limit);
      this.#isLimited = limit !== undefined;
      this.#output.add(this.#codec, frame);
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#output.isLent) return this.#flushed();
    this.#schedule();
    return SENT;
  }

  /** With `start` and `end`, for codecs of bytes: only that part of `frame` is the frame. */
  trySend(frame: T, start?: number, end?: number): number {
    if (!this.#hasRoom()) return WOULD_BLOCK;
    const before = this.#output.byteLength;
    this.#isLimited = true;
    this.#output.add(this.#codec, frame, start, end);
    this.#schedule();
    return this.#output.byteLength - before;
  }

  async sendAll(frames: Iterable<T>, options?: WaitOptions): Promise<void> {
    const left = timeLeft(options);
    for (const frame of frames) {
      const sent = this.send(frame, left());
      if (sent !== SENT) await sent;
    }
    await this.flush(left());
  }

  flush(options?: WaitOptions): Promise<void> {
    try {
      const limit = limitOf(options);
      this.#writeAll();
      return this.#draining === undefined ? SENT : this.#drained(this.#limit(options, limit));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #drained(limit: Limit | undefined): Promise<void> {
    return this.#reporting(limited(new AbortController(), limit, timedOut, () => this.#taken()));
  }

  /** Resolves when the socket has taken all that is gathered by now: what others gather meanwhile is not waited for. */
  #taken(): Promise<void> {
    const offset = this.#output.position;
    return new Promise((resolve, reject) => {
      this.#flushes.push({ offset, resolve, reject });
    });
  }

  /** As `flush()`, however long it takes; from now on nothing can be sent. A failure that has been reported is left at that. */
  detach(): Promise<void> {
    return this.#finish(detached);
  }

  /** As `detach()`, for a socket that is about to be closed. */
  close(): Promise<void> {
    return this.#finish(closed);
  }

  async #finish(refusal: () => Error): Promise<void> {
    this.#refusal = refusal;
    if (this.#isReported) return;
    this.#writeAll();
    // Calls that wait for room come before the end, too.
    if (this.#draining !== undefined) await this.#reporting(this.#draining);
  }

  /** Writes what has been gathered, as far as the socket takes it now; the rest follows as soon as it can. */
  write(): void {
    if (this.#draining !== undefined || this.#output.byteLength === 0) return;
    const isLent = this.#output.isLent;
    let pieces = this.#output.take();
    // Lent bytes are better waited for: taken without waiting, the socket would have to copy them.
    if (!isLent) pieces = this.#tryWrite(pieces);
    if (pieces.length === 0) {
      this.#output.reuse();
    } else if (this.#failure === undefined) {
      this.#draining = this.#drain(pieces);
      this.#draining.catch(() => {});
    }
  }

  #mayLend(): boolean {
    return !this.#isLimited && this.#limit(undefined, undefined) === undefined;
  }

  /** Whether a frame can be gathered now. */
  #hasRoom(): boolean {
    this.#check();
    if (this.#refusal !== undefined) throw this.#refusal();
    if (this.#draining !== undefined && this.#sends.first() !== undefined) return false;
    if (this.#output.byteLength < HIGH_WATER_BYTES) return true;
    this.#writeAll();
    return this.#output.byteLength < HIGH_WATER_BYTES;
  }

  #check(): void {
    if (this.#failure === undefined) return;
    this.#isReported = true;
    throw this.#failure.error;
  }

  #wait(frame: T, options: WaitOptions | undefined, own: Limit | undefined): Promise<void> {
    const limit = this.#limit(options, own);
    return this.#sends.push(new Send(frame), limit, timedOut);
  }

  /** The limit of a call that has to wait: its own, or else the socket's. */
  #limit(options: WaitOptions | undefined, own: Limit | undefined): Limit | undefined {
    if (!this.#socket.blocking) return { timeout: 0, signal: own?.signal };
    if (options?.timeout !== undefined) return own;
    const timeout = this.#socket.getOption(SO_SNDTIMEO);
    return timeout === 0 ? own : { timeout, signal: own?.signal };
  }

  #schedule(): void {
    if (this.#isScheduled || this.#draining !== undefined) return;
    this.#isScheduled = true;
    this.#looksLeft = LOOKS;
    SENT.then(this.#onLater);
  }

  /** A microtask later, or at the end of the turn: a consumer that answers one frame and waits for the next has written before. */
  #later(): void {
    const isToWait = this.#output.byteLength > 0 && this.#looksLeft > 0;
    if (!isToWait) {
      this.#isScheduled = false;
      this.write();
    } else if (--this.#looksLeft > 0) {
      SENT.then(this.#onLater);
    } else {
      atEndOfTurn(this.#onLater);
    }
  }

  async #flushed(): Promise<void> {
    this.#writeAll();
    if (this.#draining !== undefined) await this.#reporting(this.#taken());
  }

  #writeAll(): void {
    this.#check();
    this.write();
    this.#check();
  }

  /** Settles as `sending`, and remembers when that tells the failure. */
  async #reporting(sending: Promise<void>): Promise<void> {
    try {
      await sending;
    } catch (error) {
      if (error === this.#failure?.error) this.#isReported = true;
      throw error;
    }
  }

  /** Returns what the socket did not take. */
  #tryWrite(pieces: Uint8Array[]): Uint8Array[] {
    try {
      let sent = 0;
      for (const piece of pieces) {
        const taken = this.#socket.trySend(piece);
        if (taken === WOULD_BLOCK) return pieces.slice(sent);
        sent++;
        if (taken < piece.length) return [piece.subarray(taken), ...pieces.slice(sent)];
      }
      return NO_PIECES;
    } catch (error) {
      this.#failure = { error };
      return pieces;
    }
  }

  async #drain(pieces: readonly Uint8Array[]): Promise<void> {
    try {
      for (let left = pieces; left.length > 0; left = this.#output.take()) {
        const offset = this.#output.position - this.#output.byteLength;
        for (const piece of left) await sendWhole(this.#socket, piece);
        this.#output.reuse();
        while (this.#flushes[0] !== undefined && this.#flushes[0].offset <= offset) this.#flushes.shift()?.resolve();
        this.#admit();
      }
    } catch (error) {
      this.#failure = { error };
      for (const flush of this.#flushes.splice(0)) flush.reject(error);
      this.#isReported = this.#sends.first() !== undefined;
      this.#sends.rejectAll(() => error);
      throw error;
    } finally {
      this.#draining = undefined;
    }
  }

  /** Gathers the frames of calls that wait, as far as there is room. */
  #admit(): void {
    for (let first = this.#sends.first(); first !== undefined; first = this.#sends.first()) {
      if (this.#output.byteLength >= HIGH_WATER_BYTES) return;
      try {
        this.#isLimited = true;
        this.#output.add(this.#codec, first.frame);
        // Code of the user's may have aborted the call that it served.
        if (this.#sends.first() === first) this.#sends.resolveFirst();
      } catch (error) {
        if (this.#sends.first() === first) this.#sends.rejectFirst(error);
      }
    }
  }
}

/** Sends all of `bytes`, whatever the socket says about waiting: that is for calls, and a frame half sent would break the stream. */
async function sendWhole(socket: Socket, bytes: Uint8Array): Promise<void> {
  if (socket.blocking) return socket.sendAll(bytes, UNLIMITED);
  for (let rest = bytes; rest.length > 0; ) {
    const taken = socket.trySend(rest);
    if (taken === WOULD_BLOCK) await select(null, [socket]);
    else rest = rest.subarray(taken);
  }
}

/** What is left of `options`' timeout, at each call. */
function timeLeft(options: WaitOptions | undefined): () => WaitOptions | undefined {
  if (typeof options?.timeout !== "number") return () => options;
  const { timeout } = options;
  const end = performance.now() + timeout;
  return () => ({ ...options, timeout: Math.min(timeout, Math.max(0, end - performance.now())) });
}

function timedOut(): SocketError {
  return new SocketError("EAGAIN", "send");
}

function closed(): SocketError {
  return new SocketError("EBADF", "send");
}
