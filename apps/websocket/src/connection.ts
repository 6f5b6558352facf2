/** A WebSocket connection on a connected socket: RFC 6455, sections 5 to 7. */
import { type Framed, FrameError, framed } from "@omnisock/core/framing";
import type { Connection, WaitOptions } from "omnisock";
import { CloseCode, type Closed, closeFrame, WebSocketError } from "./close.ts";
import { type Frame, type FrameOptions, frames, Opcode, type Role } from "./frames.ts";
import { closeAfter, endStream } from "./leave.ts";
import { asWebSocketError, type Message, MessageReader, messageFrames } from "./messages.ts";

export interface WebSocketOptions extends FrameOptions {
  /** The longest message to receive, in bytes. Default: 1 MiB. */
  readonly maxMessageLength?: number | undefined;
  /** The longest fragment to send, in bytes. Default: messages go whole. */
  readonly fragmentLength?: number | undefined;
  /** How long the peer may take over the end of the connection, in milliseconds. Default: 2000. */
  readonly closeTimeout?: number | undefined;
  /** Told of each pong, while somebody receives. */
  readonly onPong?: ((payload: Uint8Array) => void) | undefined;
}

const DEFAULT_CLOSE_TIMEOUT = 2000;
const ABNORMAL: Closed = { code: CloseCode.ABNORMAL, reason: "" };

/**
 * A connection after its opening handshake. Iterating it gives messages until it is closed.
 *
 * @example
 * ```ts
 * for await (const message of peer) await peer.send(message);
 * ```
 */
export class WebSocketConnection implements AsyncIterable<Message>, AsyncDisposable {
  readonly socket: Connection;
  readonly #frames: Framed<Frame>;
  readonly #messages: MessageReader;
  readonly #options: WebSocketOptions;
  #isClosing = false;
  #closed: Closed | undefined;
  /** Settles when the socket is closed. */
  #ended: Promise<void> | undefined;

  /** @param leftOver What came behind the handshake. */
  constructor(socket: Connection, role: Role, leftOver: Uint8Array, options: WebSocketOptions = {}) {
    this.socket = socket;
    this.#frames = framed(socket, frames(role, options), { leftOver });
    this.#messages = new MessageReader(options.maxMessageLength);
    this.#options = options;
  }

  /** How it was closed: the peer's code and reason, or `CloseCode.ABNORMAL`; undefined while it is open. */
  get closed(): Closed | undefined {
    return this.#closed;
  }

  /**
   * Receives the next message. Pings that come before it are answered.
   *
   * @param options.timeout Longest wait in milliseconds. A call that timed out loses nothing.
   * @returns Undefined when the connection was closed: `closed` says how.
   * @throws {WebSocketError} The peer broke the protocol or a limit. It has been told, and the connection is closed.
   * @throws {SocketError} As `Socket.receive()`.
   */
  async receive(options: WaitOptions = {}): Promise<Message | undefined> {
    const until = performance.now() + (options.timeout ?? Number.POSITIVE_INFINITY);
    try {
      while (this.#closed === undefined) {
        const timeout = Math.max(0, until - performance.now());
        const frame = await this.#frames.receive({ ...options, timeout });
        const message = await this.#take(frame);
        if (message !== undefined) return message;
      }
    } catch (error) {
      await this.#giveUp(error);
    }
    return undefined;
  }

  async #take(frame: Frame | undefined): Promise<Message | undefined> {
    if (this.#closed !== undefined) return undefined;
    const received = frame && this.#messages.take(frame);
    if (frame === undefined) {
      await this.#end(ABNORMAL);
    } else if (received?.type === "message") {
      return received.message;
    } else if (received?.type === "ping") {
      if (!this.#isClosing) await this.#send({ isFinal: true, opcode: Opcode.PONG, payload: received.payload });
    } else if (received?.type === "pong") {
      this.#options.onPong?.(received.payload);
    } else if (received?.type === "close") {
      await this.#end(received.closed);
    }
    return undefined;
  }

  /** @throws What receiving failed with, unless the connection is just over. */
  async #giveUp(error: unknown): Promise<void> {
    if (this.#closed !== undefined) return;
    if (error instanceof FrameError && error.code === "truncated") {
      await this.#end(ABNORMAL);
      return;
    }
    const failure = asWebSocketError(error);
    if (failure === undefined) throw error;
    await this.#end({ code: failure.code, reason: failure.message });
    throw failure;
  }

  /**
   * Sends a message.
   *
   * @returns Resolves when the caller may go on. One that waits for it is held back while the peer does not read.
   * @throws {WebSocketError} `CloseCode.NORMAL`: nothing can be sent any more, for this end has begun to close.
   * @throws {FrameError} `too-long`: the message, or its fragment, is longer than `maxFrameLength`.
   * @throws {SocketError} As `Socket.sendAll()`.
   */
  async send(message: Message): Promise<void> {
    this.#checkOpen();
    // All at once, so that the fragments of two messages cannot mix.
    const fragments = messageFrames(message, this.#options.fragmentLength);
    await Promise.all(fragments.map((fragment) => this.#send(fragment)));
  }

  /**
   * Asks the peer for a pong with the same payload.
   *
   * @param payload At most 125 bytes.
   */
  async ping(payload: Uint8Array = new Uint8Array(0)): Promise<void> {
    this.#checkOpen();
    await this.#send({ isFinal: true, opcode: Opcode.PING, payload });
  }

  /**
   * Tells the peer that nothing more will be sent. Its messages are to be received until it does the same.
   *
   * @throws {RangeError} `code` cannot be sent, or `reason` is longer than 123 bytes of UTF-8.
   */
  async startClose(code: number = CloseCode.NORMAL, reason = ""): Promise<void> {
    await this.#sendClose(closeFrame(code, reason));
  }

  /**
   * Closes the connection: says so, waits for the peer to say it too, for `closeTimeout` at most, and closes the socket.
   *
   * Messages that come meanwhile are dropped.
   *
   * @throws {RangeError} As `startClose()`.
   */
  async close(code: number = CloseCode.NORMAL, reason = ""): Promise<void> {
    const frame = closeFrame(code, reason);
    await closeAfter(this.socket, this.#closeTimeout, async (signal) => {
      await this.#sendClose(frame);
      while (this.#closed === undefined) await this.receive({ signal }).catch(unlessFault);
      await this.#ended;
    });
    this.#closed ??= ABNORMAL;
  }

  /** `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message, void> {
    for (;;) {
      const message = await this.receive();
      if (message === undefined) return;
      yield message;
    }
  }

  get #closeTimeout(): number {
    return this.#options.closeTimeout ?? DEFAULT_CLOSE_TIMEOUT;
  }

  #send(frame: Frame): Promise<void> {
    return this.#frames.send(frame);
  }

  async #sendClose(frame: Frame): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    await this.#send(frame);
    await this.#frames.flush();
  }

  #end(closed: Closed): Promise<void> {
    this.#closed = closed;
    this.#ended = this.#finish(closed);
    return this.#ended;
  }

  #finish({ code, reason }: Closed): Promise<void> {
    return closeAfter(this.socket, this.#closeTimeout, async (signal) => {
      if (code !== CloseCode.ABNORMAL) await this.#sendClose(closeFrame(code, reason));
      await endStream(this.socket, signal);
    });
  }

  #checkOpen(): void {
    if (this.#isClosing || this.#closed !== undefined) {
      throw new WebSocketError(CloseCode.NORMAL, "The connection is closing: nothing can be sent any more");
    }
  }
}

/** Who closes need not be told that the peer broke the protocol at the last. */
function unlessFault(error: unknown): void {
  if (!(error instanceof WebSocketError)) throw error;
}
