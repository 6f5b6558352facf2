import { WOULD_BLOCK } from "../constants.ts";
import { atEndOfTurn } from "../end-of-turn.ts";
import { SocketError } from "../errors.ts";
import type { Socket } from "../socket.ts";
import type { Codec } from "./codec.ts";
import { detached } from "./detached.ts";
import { FrameOutput } from "./frame-output.ts";

/** From so many gathered bytes on, `send()` waits for them to be sent. */
const HIGH_WATER_BYTES = 65536;

const SENT: Promise<void> = Promise.resolve();

/** The sending half of `Framed`: gathers frames, and writes them together. */
export class FrameSender<T> {
  readonly #socket: Socket;
  readonly #codec: Codec<T>;
  readonly #output = new FrameOutput();
  readonly #onEndOfTurn: () => void;
  #isScheduled = false;
  /** Under way while the socket does not take all at once. */
  #draining: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  /** Whether a promise of ours was rejected with the failure. */
  #isReported = false;
  /** Why nothing more can be sent by these frames, if so. */
  #refusal: (() => Error) | undefined;

  constructor(socket: Socket, codec: Codec<T>) {
    this.#socket = socket;
    this.#codec = codec;
    this.#onEndOfTurn = () => {
      this.#isScheduled = false;
      this.write();
    };
  }

  send(frame: T): Promise<void> {
    if (this.#failure !== undefined) return this.#report(this.#failure);
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal());
    try {
      this.#output.add(this.#codec, frame);
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#output.byteLength >= HIGH_WATER_BYTES || this.#output.isLent) return this.flush();
    if (!this.#isScheduled && this.#draining === undefined) {
      this.#isScheduled = true;
      atEndOfTurn(this.#onEndOfTurn);
    }
    return SENT;
  }

  async sendAll(frames: Iterable<T>): Promise<void> {
    for (const frame of frames) {
      const sent = this.send(frame);
      if (sent !== SENT) await sent;
    }
    await this.flush();
  }

  flush(): Promise<void> {
    this.write();
    if (this.#failure !== undefined) return this.#report(this.#failure);
    return this.#draining ?? SENT;
  }

  /** As `flush()`; from now on nothing can be sent. */
  detach(): Promise<void> {
    this.#refusal = detached;
    return this.flush();
  }

  /** As `detach()`, for a socket that is about to be closed; a failure that has been reported is left at that. */
  async finish(): Promise<void> {
    this.#refusal = closed;
    if (!this.#isReported) await this.flush();
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

  /** Returns what the socket did not take. */
  #tryWrite(pieces: Uint8Array[]): Uint8Array[] {
    try {
      for (const [i, piece] of pieces.entries()) {
        const taken = this.#socket.trySend(piece);
        if (taken === WOULD_BLOCK) return pieces.slice(i);
        if (taken < piece.length) return [piece.subarray(taken), ...pieces.slice(i + 1)];
      }
      return [];
    } catch (error) {
      this.#failure = { error };
      return pieces;
    }
  }

  async #drain(pieces: readonly Uint8Array[]): Promise<void> {
    try {
      for (let left = pieces; left.length > 0; left = this.#output.take()) {
        for (const piece of left) await this.#socket.sendAll(piece);
        this.#output.reuse();
      }
    } catch (error) {
      this.#failure = { error };
      throw error;
    } finally {
      this.#draining = undefined;
    }
  }

  #report(failure: { readonly error: unknown }): Promise<never> {
    this.#isReported = true;
    return Promise.reject(failure.error);
  }
}

function closed(): SocketError {
  return new SocketError("EBADF", "send");
}
