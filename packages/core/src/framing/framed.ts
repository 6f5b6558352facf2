import type { Socket, WaitOptions } from "../socket.ts";
import type { Codec } from "./codec.ts";
import { FrameReceiver } from "./frame-receiver.ts";
import { FrameSender } from "./frame-sender.ts";
import { NO_BYTES } from "./intake.ts";

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

  constructor(socket: Socket, codec: Codec<T>, { leftOver = NO_BYTES }: FramedOptions = {}) {
    this.socket = socket;
    this.#sender = new FrameSender(socket, codec);
    this.#receiver = new FrameReceiver(socket, codec, leftOver, () => this.#sender.write());
  }

  /**
   * Receives the next frame, waiting until it is complete. Before it waits, it writes the frames that were gathered to send.
   *
   * Calls are served in the order they were made. A frame of bytes is a view of memory that is never filled again: it lives
   * as long as it is held, and keeps up to 64 KiB in memory with it; `slice()` it where that matters.
   *
   * @param options.timeout Longest wait in milliseconds, 0 or more. Default: no limit. A call that timed out or was aborted
   * loses nothing: what has arrived of the frame goes to the next call.
   * @returns The frame; undefined at the end of the stream.
   * @throws {FrameError} `too-long`, `truncated`, `malformed`, `message`: what arrived is no frame. The calls after it fail
   * alike, but for codecs that recover.
   * @throws {SocketError} As `Socket.receive()`.
   */
  receive(options?: WaitOptions): Promise<T | undefined> {
    return this.#receiver.receive(options);
  }

  /**
   * As `receive()`, but without waiting: for taking at once what came together.
   *
   * @returns The frame; undefined when none is complete here, or at the end of the stream: `receive()` tells which.
   * @throws As `receive()`.
   */
  tryReceive(): T | undefined {
    return this.#receiver.tryReceive();
  }

  /**
   * Sends a frame: gathers it with others, which are written together when the consumer starts to wait for a frame, or else
   * at the end of this turn of the event loop.
   *
   * A caller that waits for each `send()` is held back while the peer does not read; one that does not, fills memory.
   *
   * @param frame May be changed when the promise has settled.
   * @returns Resolves when the caller may go on. The frame is then gathered, perhaps not sent yet: `flush()` waits for that.
   * @throws {FrameError} `too-long`, `malformed`, `message`: this frame cannot be sent. Others can.
   * @throws {SocketError} As `Socket.sendAll()`, perhaps for frames before; the calls after it fail alike.
   */
  send(frame: T): Promise<void> {
    return this.#sender.send(frame);
  }

  /**
   * Sends frames, one after the other, held back while the peer does not read. They are on their way when it resolves.
   *
   * @throws As `send()`; frames before the one that cannot be sent have been sent.
   */
  async sendAll(frames: Iterable<T>): Promise<void> {
    await this.#sender.sendAll(frames);
  }

  /**
   * Writes the frames that were gathered, now.
   *
   * @returns Resolves when the socket has taken them all.
   * @throws {SocketError} As `Socket.sendAll()`.
   */
  flush(): Promise<void> {
    return this.#sender.flush();
  }

  /**
   * Writes the frames that were gathered, and lets go of the socket, so that it can be used as it is or framed in another way.
   * To receive and to send by these frames is a `TypeError` from then on; `close()` still closes the socket.
   *
   * @returns What was received and belongs to no frame that `receive()` gave: for `framed(socket, codec, { leftOver })`.
   * @throws {TypeError} A call to receive is pending.
   * @throws {SocketError} As `flush()`.
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
    const leftOver = this.#receiver.detach();
    await this.#sender.detach();
    return leftOver;
  }

  /**
   * Writes the frames that were gathered, and closes the socket. To send fails with `EBADF` from now on.
   *
   * @throws {SocketError} As `flush()`, unless `send()` or `flush()` reported it before. The socket is closed all the same.
   */
  async close(): Promise<void> {
    try {
      await this.#sender.finish();
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
