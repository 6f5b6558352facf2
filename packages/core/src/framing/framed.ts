import type { WOULD_BLOCK } from "../constants.ts";
import type { Socket, WaitOptions } from "../socket.ts";
import { type Codec, wholeNumber } from "./codec.ts";
import type { FrameVisitor } from "./decoder.ts";
import { FrameReceiver } from "./frame-receiver.ts";
import { FrameSender } from "./frame-sender.ts";
import { NO_BYTES } from "./intake.ts";
import { checkRange } from "./range.ts";

export interface FramedOptions {
  /** Bytes that were received before and come first: what `detach()` handed back. */
  readonly leftOver?: Uint8Array | undefined;
}

/**
 * Frames over a connected socket.
 *
 * It reads when a frame is asked for, and what nobody asks for stays with the socket, so that the peer feels it. From here on
 * the socket's own bytes are the frames': send and receive through one of both, until `detach()`.
 *
 * @example
 * ```ts
 * await using peer = framed(socket, lines());
 * for await (const line of peer) await peer.send(line.toUpperCase());
 * ```
 */
export function framed<T>(socket: Socket, codec: Codec<T>, options: FramedOptions = {}): Framed<T> {
  return new Framed(socket, codec, options);
}

/** What `framed()` makes. Iterating it gives frames until the end of the stream; leaving the loop closes and loses nothing. */
export class Framed<T> implements AsyncIterable<T>, AsyncDisposable {
  readonly socket: Socket;
  readonly #sender: FrameSender<T>;
  readonly #receiver: FrameReceiver<T>;
  #leftOver: Promise<Uint8Array> | undefined;

  constructor(socket: Socket, codec: Codec<T>, { leftOver = NO_BYTES }: FramedOptions = {}) {
    this.socket = socket;
    this.#sender = new FrameSender(socket, codec);
    this.#receiver = new FrameReceiver(socket, codec, leftOver, () => this.#sender.write());
  }

  /**
   * Receives the next frame, waiting until it is complete. Before it waits, it writes the frames that were gathered to send.
   *
   * Calls are served in the order they were made. A frame of bytes lives as long as it is held. It may be a view, of memory that
   * is never filled again, and keep up to 64 KiB in memory with it; `slice()` it where that matters.
   *
   * @param options.timeout Longest wait in milliseconds, 0 or more. Default: `SO_RCVTIMEO`, which begins anew with each part of
   * the frame that arrives, and when it is this call's turn. A call that timed out or was aborted loses nothing: what has
   * arrived of the frame goes to the next call.
   * @returns The frame; undefined at the end of the stream.
   * @throws {FrameError} `too-long`, `truncated`, `malformed`, `message`: what arrived is no frame. The calls after it fail
   * alike, but for codecs that recover.
   * @throws {SocketError} As `Socket.receive()`.
   */
  receive(options?: WaitOptions): Promise<T | undefined> {
    return this.#receiver.receive(options);
  }

  /**
   * As `receive()`, but without waiting.
   *
   * @returns The frame; undefined at the end of the stream; `WOULD_BLOCK` when none is complete here yet. Where a message may be
   * the number -1 itself, `receiveMany()` and `receive({ timeout: 0 })` can tell.
   * @throws As `receive()`.
   */
  tryReceive(): T | undefined | typeof WOULD_BLOCK {
    return this.#receiver.tryReceive();
  }

  /**
   * Receives the frames that are here, waiting until there is one.
   *
   * @param most How many at most, 1 or more. Default: all that arrived together.
   * @returns At least one, in order; none at the end of the stream.
   * @throws As `receive()`. What is wrong behind a frame is for the next call.
   */
  receiveMany(most: number = Number.MAX_SAFE_INTEGER, options?: WaitOptions): Promise<T[]> {
    try {
      return this.#receiver.receiveMany(wholeNumber("most", most, 1), options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Shows each frame that is here where it lies, waiting until there is one. No view and no message is made of it, and the
   * memory is filled again: the fastest way to receive. Of `typeLed()` it is shown without its type.
   *
   * @param visit As for `Decoder.visit()`. What it throws rejects the promise, and the frame counts as received.
   * @returns How many frames were shown, also one that `visit` returned false for; 0 at the end of the stream.
   * @throws {TypeError} `visit` returned false after it had received frames from this connection.
   * @throws As `receive()`, but for what decoding finds out: `message`, and of `lines()` bytes that are no UTF-8.
   *
   * @example
   * ```ts
   * const echo: FrameVisitor = (bytes, start, end) => peer.trySend(bytes, start, end) !== WOULD_BLOCK;
   * while ((await peer.visit(echo)) > 0) await peer.flush();
   * ```
   */
  visit(visit: FrameVisitor, options?: WaitOptions): Promise<number> {
    return this.#receiver.visit(visit, options);
  }

  /**
   * Sends a frame: gathers it with others, which are written together when the consumer starts to wait for a frame, or else
   * at the end of this turn of the event loop.
   *
   * It waits while 64 KiB are gathered and the peer does not read. A caller that does not wait for it in turn fills memory.
   *
   * @param frame May be changed when the promise has settled.
   * @param options.timeout Longest wait in milliseconds, 0 or more. Default: `SO_SNDTIMEO`, and 0 on a socket that is not blocking.
   * A frame goes whole or not at all: of one whose call timed out or was aborted, no byte is sent.
   * @returns Resolves when the caller may go on. The frame is then gathered, perhaps not sent yet: `flush()` waits for that.
   * @throws {FrameError} `too-long`, `malformed`, `message`: this frame cannot be sent. Others can.
   * @throws {TypeError} `frame` is of no type that the codec takes; or the codec's own `encode()` calls this, or `flush()`.
   * @throws {SocketError} `EAGAIN`: the timeout passed.
   * @throws {SocketError} As `Socket.sendAll()`, perhaps for frames before; the calls after it fail alike.
   */
  send(frame: T, options?: WaitOptions): Promise<void> {
    return this.#sender.send(frame, options);
  }

  /**
   * As `send()`, but without waiting. The frame may be changed at once.
   *
   * @param start With `end`, for frames of bytes: the frame is `frame[start]` to before `frame[end]`. No view is made of it.
   * @returns How many bytes the frame is on the wire; `WOULD_BLOCK` when it was not taken, for `send()` would wait.
   * @throws {TypeError | RangeError} `start` and `end` are no range of `frame`.
   * @throws As `send()`.
   */
  trySend(frame: T): number;
  trySend(this: Framed<Uint8Array>, frame: Uint8Array, start: number, end: number): number;
  trySend(frame: T | Uint8Array, start?: number, end?: number): number {
    if (start === undefined) return this.#sender.trySend(frame as T);
    if (!(frame instanceof Uint8Array)) throw new TypeError("A part can be sent of a Uint8Array only");
    checkRange(frame, start, end as number);
    return this.#sender.trySend(frame as T, start, end);
  }

  /**
   * Sends frames, one after the other, held back while the peer does not read. They are on their way when it resolves.
   *
   * @param options For all of them together. When the time is up, those that were gathered go out whole, and of the others nothing.
   * @throws As `send()`; frames before the one that cannot be sent are sent.
   */
  sendAll(frames: Iterable<T>, options?: WaitOptions): Promise<void> {
    return this.#sender.sendAll(frames, options);
  }

  /**
   * Writes the frames that were gathered, now.
   *
   * @param options As for `send()`. A call that timed out or was aborted changes nothing: the frames are still on their way.
   * @returns Resolves when the socket has taken them all. Those that others send meanwhile are not waited for.
   * @throws {SocketError} As `send()`.
   */
  flush(options?: WaitOptions): Promise<void> {
    return this.#sender.flush(options);
  }

  /**
   * Writes the frames that were gathered, and lets go of the socket, so that it can be used as it is or framed in another way.
   * To receive and to send by these frames is a `TypeError` from then on; `close()` still closes the socket.
   *
   * @returns What was received and belongs to no frame that `receive()` gave: for `framed(socket, codec, { leftOver })`.
   * @throws {TypeError} A call to receive is pending.
   * @throws {SocketError} As `flush()`, unless `send()` or `flush()` reported it before. Called again, it hands back what was
   * received all the same.
   *
   * @example
   * ```ts
   * const head = framed(socket, lines());
   * if ((await head.receive()) === "BINARY") {
   *   const body = framed(socket, lengthPrefixed(), { leftOver: await head.detach() });
   * }
   * ```
   */
  async detach(): Promise<Uint8Array> {
    this.#leftOver ??= this.#receiver.detach();
    await this.#sender.detach();
    return this.#leftOver;
  }

  /**
   * Writes the frames that were gathered, and closes the socket. To send fails with `EBADF` from now on.
   *
   * @throws {SocketError} As `flush()`, unless `send()` or `flush()` reported it before. The socket is closed all the same.
   */
  async close(): Promise<void> {
    try {
      await this.#sender.close();
    } finally {
      await this.socket.close();
    }
  }

  /** `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return { next: () => this.#receiver.next() };
  }
}
