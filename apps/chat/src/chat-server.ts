/** The select loop: one task that serves everybody. */

import { HttpError } from "@omnisock/websocket";
import { type Connection, type Listener, type Selectable, SocketError, SocketSet, select, WOULD_BLOCK } from "omnisock";
import { Allowance } from "./allowance.ts";
import type { Guest } from "./guest.ts";
import { LineGuest } from "./line-guest.ts";
import { Room } from "./room.ts";
import { WebGuest } from "./web-guest.ts";

export interface Limits {
  /** How many clients there may be. */
  readonly mostClients: number;
  /** How much may wait for a client that does not read, in bytes. */
  readonly outboxBytes: number;
  /** How much a client may write in the long run, in bytes a second. */
  readonly bytesPerSecond: number;
  /** How long a client may take to open its WebSocket, in milliseconds. */
  readonly handshakeTimeout: number;
}

/** How much is received from a client before it is the next one's turn. */
const RECEIVE_BYTES = 4096;
const FULL = "The room is full: try again later.";
const SHUTDOWN = "* The server shuts down. Goodbye.";

export class ChatServer {
  readonly #lineListener: Listener;
  readonly #webListener: Listener;
  readonly #limits: Limits;
  readonly #room = new Room();
  readonly #guests = new Map<Selectable, Guest>();
  /** Who is waited for: the listeners, and all clients but those that write too much. */
  readonly #readable: SocketSet;
  /** Who has not taken all that was written to them. */
  readonly #writable = new SocketSet();
  #isOpen = true;
  readonly #buffer = new Uint8Array(RECEIVE_BYTES);

  constructor(lineListener: Listener, webListener: Listener, limits: Limits) {
    this.#lineListener = lineListener;
    this.#webListener = webListener;
    this.#limits = limits;
    this.#readable = new SocketSet([lineListener, webListener]);
  }

  /**
   * Serves until `signal` is aborted; then says goodbye, and closes everything.
   *
   * @throws The signal's reason.
   */
  async serve(signal: AbortSignal): Promise<void> {
    try {
      for (;;) await this.#turn(signal);
    } finally {
      this.#isOpen = false;
      for (const listener of [this.#lineListener, this.#webListener]) {
        this.#readable.remove(listener);
        void listener.close();
      }
      for (const guest of this.#guests.values()) guest.dismiss(SHUTDOWN);
      this.#writeAll();
      while (this.#guests.size > 0) await this.#turn();
    }
  }

  async #turn(signal?: AbortSignal): Promise<void> {
    await select(this.#readable, this.#writable, null, { timeout: this.#untilDeadline(), signal });
    for (const ready of [...this.#readable]) {
      const guest = this.#guests.get(ready);
      if (guest !== undefined) await this.#read(guest);
      else if (ready === this.#lineListener) this.#accept(this.#lineListener);
      else if (ready === this.#webListener) this.#accept(this.#webListener);
    }
    this.#writeAll();
    this.#dropSlowAndLate();
  }

  #accept(listener: Listener): void {
    const socket = listener.tryAccept();
    if (socket === WOULD_BLOCK) return;
    const isFull = this.#guests.size >= this.#limits.mostClients;
    const guest = listener === this.#webListener ? this.#browser(socket, isFull) : this.#lineClient(socket, isFull);
    this.#guests.set(socket, guest);
    this.#readable.add(socket);
    // Those who are told that the room is full stay for a moment; when there are many of them, the others wait in the kernel.
    if (this.#guests.size >= 2 * this.#limits.mostClients) this.#acceptMore(false);
  }

  #acceptMore(isAccepting: boolean): void {
    for (const listener of [this.#lineListener, this.#webListener]) {
      if (isAccepting) this.#readable.add(listener);
      else this.#readable.remove(listener);
    }
  }

  #lineClient(socket: Connection, isFull: boolean): Guest {
    const guest = new LineGuest(socket, this.#room, this.#allowance(), Number.POSITIVE_INFINITY);
    if (isFull) guest.dismiss(`* ${FULL}`);
    else this.#room.welcome(guest);
    return guest;
  }

  #browser(socket: Connection, isFull: boolean): Guest {
    const deadline = performance.now() + this.#limits.handshakeTimeout;
    const guest = new WebGuest(socket, this.#room, this.#allowance(), deadline);
    if (isFull) guest.respond(new HttpError(503, FULL).response);
    return guest;
  }

  #allowance(): Allowance {
    return new Allowance(this.#limits.bytesPerSecond, performance.now());
  }

  async #read(guest: Guest): Promise<void> {
    try {
      const count = guest.socket.tryReceive(this.#buffer);
      if (count === WOULD_BLOCK) return;
      if (count === 0) {
        this.#endOf(guest);
        return;
      }
      if (guest.isLeaving) return;
      const bytes = this.#buffer.subarray(0, count);
      const wait = guest.allowance.spend(bytes, performance.now());
      await guest.receive(bytes);
      // A browser that closes its WebSocket leaves without a word to the room.
      if (guest.isLeaving) this.#room.forget(guest);
      else if (wait > 0) this.#pause(guest, wait);
    } catch (error) {
      this.#lose(guest, error);
    }
  }

  /** Its stream has ended: it has said all, and is told the rest. */
  #endOf(guest: Guest): void {
    if (guest.isLeaving) {
      this.#remove(guest);
      return;
    }
    this.#room.forget(guest);
    guest.dismiss("* Goodbye.");
    this.#readable.remove(guest.socket);
    // Nothing more will come from it: when it has taken all, that is the end.
    guest.hasSaidAll = true;
  }

  /** What it writes stays in the kernel, and then with the client, until it may write again. */
  #pause(guest: Guest, milliseconds: number): void {
    guest.resumeAt = performance.now() + milliseconds;
    this.#readable.remove(guest.socket);
  }

  #writeAll(): void {
    for (const guest of this.#guests.values()) {
      try {
        guest.flush();
        if (guest.outbox.byteLength > 0) this.#writable.add(guest.socket);
        else this.#writable.remove(guest.socket);
        if (guest.isDone) this.#remove(guest);
      } catch (error) {
        this.#lose(guest, error);
      }
    }
  }

  #dropSlowAndLate(): void {
    const now = performance.now();
    for (const guest of this.#guests.values()) {
      if (guest.outbox.byteLength > this.#limits.outboxBytes && !guest.isLeaving) {
        this.#room.forget(guest, "was too slow, and was dropped");
        guest.dismissSlow("* You read too slowly: goodbye.");
      }
      if (guest.resumeAt <= now || (guest.isLeaving && guest.resumeAt < Number.POSITIVE_INFINITY)) {
        guest.resumeAt = Number.POSITIVE_INFINITY;
        this.#readable.add(guest.socket);
      }
      if (guest.deadline <= now) this.#remove(guest);
    }
  }

  #untilDeadline(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { deadline, resumeAt } of this.#guests.values()) next = Math.min(next, deadline, resumeAt);
    return Math.max(0, next - performance.now());
  }

  /** A client may break its connection; the others are served all the same. */
  #lose(guest: Guest, error: unknown): void {
    if (!(error instanceof SocketError)) throw error;
    this.#remove(guest);
  }

  #remove(guest: Guest): void {
    this.#guests.delete(guest.socket);
    this.#readable.remove(guest.socket);
    this.#writable.remove(guest.socket);
    void guest.socket.close();
    this.#room.forget(guest);
    if (this.#isOpen && this.#guests.size < 2 * this.#limits.mostClients) this.#acceptMore(true);
  }
}
