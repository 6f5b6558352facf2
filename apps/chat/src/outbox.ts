/** What a client has not taken yet. */
import { type Socket, WOULD_BLOCK } from "omnisock";

/** Messages on their way out. Each goes whole, unless the connection ends. */
export class Outbox {
  readonly #messages: Uint8Array[] = [];
  /** How much of the first has gone. */
  #sentOfFirst = 0;
  #byteLength = 0;

  /** Bytes that have not gone. */
  get byteLength(): number {
    return this.#byteLength;
  }

  add(message: Uint8Array): void {
    if (message.length === 0) return;
    this.#messages.push(message);
    this.#byteLength += message.length;
  }

  /** Drops all messages but the one that has partly gone. */
  dropWaiting(): void {
    for (const message of this.#messages.splice(this.#sentOfFirst > 0 ? 1 : 0)) this.#byteLength -= message.length;
  }

  /**
   * Sends as much as the socket takes without waiting.
   *
   * @throws {SocketError} As `Socket.trySend()`.
   */
  sendTo(socket: Socket): void {
    for (let first = this.#messages[0]; first !== undefined; first = this.#messages[0]) {
      const taken = socket.trySend(first.subarray(this.#sentOfFirst));
      if (taken === WOULD_BLOCK) return;
      this.#sentOfFirst += taken;
      this.#byteLength -= taken;
      if (this.#sentOfFirst < first.length) return;
      this.#messages.shift();
      this.#sentOfFirst = 0;
    }
  }
}
