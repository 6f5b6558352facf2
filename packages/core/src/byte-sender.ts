import { checkStillThere } from "./buffer-gone.ts";
import type { ByteStream } from "./byte-stream.ts";
import { WOULD_BLOCK } from "./constants.ts";
import { asSocketError, SocketError } from "./errors.ts";
import { type Limit, Waiter, WaitQueue } from "./wait.ts";

/** What `sendAll()` gives when it need not wait. */
const SENT: Promise<undefined> = Promise.resolve(undefined);

/** A call to send: all of its bytes, or as many as fit. */
class Send extends Waiter<number | undefined> {
  readonly #bytes: Uint8Array;
  readonly #length: number;
  readonly all: boolean;
  /** Whether the handle may use `bytes` itself: then the call cannot end before the handle is done with them. */
  readonly lent: boolean;
  taken: number;

  constructor(bytes: Uint8Array, all: boolean, lent: boolean, taken: number) {
    super();
    this.#bytes = bytes;
    this.#length = bytes.byteLength;
    this.all = all;
    this.lent = lent;
    this.taken = taken;
  }

  get isTaken(): boolean {
    return this.taken === this.#length || (!this.all && this.taken > 0);
  }

  /** What is not taken yet. @throws {TypeError} The buffer is gone. */
  get rest(): Uint8Array {
    this.checkBuffer();
    return this.#bytes.subarray(this.taken, this.#length);
  }

  /** @throws {TypeError} The buffer is gone. */
  checkBuffer(): void {
    checkStillThere(this.#bytes, this.#length);
  }
}

/** The sending half of a connection: calls that wait for their bytes to be taken, and what waits for the last of them. */
export class ByteSender {
  readonly #stream: ByteStream;
  #sends: WaitQueue<number | undefined, Send> | undefined;
  #whenFlushed: (() => void)[] | undefined;
  #isFull = false;
  #isShut = false;
  /** Whether `close()` was called. */
  isClosing = false;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  /** Whether nothing more can be sent. */
  get isShut(): boolean {
    return this.#isShut;
  }

  /** Whether a call to send would not wait. */
  get isWritable(): boolean {
    return this.#isShut || (this.#first() === undefined && !this.#isFull && !this.#stream.handle.draining);
  }

  /** Whether no call waits, and nothing that was taken is in user space. */
  get isIdle(): boolean {
    return this.#first() === undefined && !this.#stream.handle.draining;
  }

  trySend(bytes: Uint8Array): number {
    this.#check();
    if (bytes.byteLength === 0) return 0;
    if (this.#first() !== undefined) return WOULD_BLOCK;
    return this.#write(bytes, false) || WOULD_BLOCK;
  }

  send(bytes: Uint8Array, limit: Limit | undefined): Promise<number> {
    return this.#send(bytes, false, limit) as Promise<number>;
  }

  sendAll(bytes: Uint8Array, limit: Limit | undefined): Promise<void> {
    return this.#send(bytes, true, limit) as Promise<void>;
  }

  writable(): void {
    this.#isFull = false;
    for (let send = this.#first(); send !== undefined; send = this.#first()) {
      try {
        if (!send.isTaken) send.taken += this.#write(send.rest, send.lent);
        if (!send.isTaken || (send.lent && this.#stream.handle.draining)) return;
        // What went out of a buffer that is gone, nobody knows.
        send.checkBuffer();
      } catch (cause) {
        this.#sends?.rejectFirst(cause);
        continue;
      }
      this.#sends?.resolveFirst(send.all ? undefined : send.taken);
    }
    if (this.#stream.handle.draining) return;
    this.#flushed();
    this.#stream.notify("write");
  }

  /** Sends the end of the stream after all that was sent before. */
  async shutdown(): Promise<void> {
    const isFirst = !this.#isShut;
    this.#isShut = true;
    await this.flushed();
    if (this.isClosing) throw new SocketError("EBADF", "shutdown");
    if (isFirst && !this.#stream.isGone) this.#stream.handle.shutdown();
  }

  /** Resolves when no call waits and the kernel has all that was taken, or the connection is no more. */
  flushed(): Promise<void> {
    if (this.#stream.isGone || (this.#first() === undefined && !this.#stream.handle.draining)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stream.keepAlive.hold();
      this.#whenFlushed ??= [];
      this.#whenFlushed.push(() => {
        this.#stream.keepAlive.release();
        resolve();
      });
    });
  }

  /** Ends the calls that wait, but for one whose buffer the handle is using: `closed()` ends that. */
  close(): void {
    this.isClosing = true;
    this.#isShut = true;
    this.#sends?.rejectAll((send) => (this.#usesBufferOf(send) ? undefined : new SocketError("EBADF", "send")));
  }

  /** The connection is no more, and the handle has let go of every buffer. */
  closed(): void {
    this.#isShut = true;
    if (this.#first() !== undefined) {
      const error = this.isClosing
        ? new SocketError("EBADF", "send")
        : (this.#stream.takeFailure("send") ?? new SocketError("EPIPE", "send"));
      this.#sends?.rejectAll(() => error);
    }
    this.#flushed();
    this.#stream.notify("write");
  }

  /** Whether a caller waits to have its buffer back. */
  get isUsingBuffer(): boolean {
    const first = this.#first();
    return first !== undefined && this.#usesBufferOf(first);
  }

  /** Resolves to the count, or to nothing when all are to be sent. */
  #send(bytes: Uint8Array, all: boolean, limit: Limit | undefined): Promise<number | undefined> {
    this.#check();
    if (bytes.byteLength === 0) return all ? SENT : Promise.resolve(0);
    const lent = limit === undefined;
    let taken = 0;
    if (this.#first() === undefined) {
      taken = this.#write(bytes, lent);
      const isTaken = taken === bytes.byteLength || (!all && taken > 0);
      if (isTaken && !(lent && this.#stream.handle.draining)) return all ? SENT : Promise.resolve(taken);
    }
    this.#sends ??= new WaitQueue(this.#stream.keepAlive);
    return this.#sends.push(new Send(bytes, all, lent, taken), limit, timedOut);
  }

  #first(): Send | undefined {
    return this.#sends?.first();
  }

  #usesBufferOf(send: Send): boolean {
    return send === this.#first() && send.lent && send.taken > 0 && this.#stream.handle.draining;
  }

  #write(bytes: Uint8Array, lent: boolean): number {
    try {
      const taken = this.#stream.handle.write(bytes, lent);
      if (!(taken >= 0 && taken <= bytes.byteLength)) throw new TypeError(`The adapter took ${taken} bytes`);
      this.#isFull = taken < bytes.byteLength;
      return taken;
    } catch (cause) {
      throw asSocketError(cause, "send", this.#stream.handle.remote);
    }
  }

  #check(): void {
    if (this.#isShut) throw this.#stream.takeFailure("send") ?? new SocketError("EPIPE", "send");
  }

  #flushed(): void {
    const waiting = this.#whenFlushed;
    if (waiting === undefined) return;
    this.#whenFlushed = undefined;
    for (const flushed of waiting) flushed();
  }
}

function timedOut(): SocketError {
  return new SocketError("EAGAIN", "send");
}
