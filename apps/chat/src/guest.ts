/** A client of the chat server: its socket, what it has not taken yet, and how it leaves. */
import { type Connection, SocketShutdown } from "omnisock";
import type { Allowance } from "./allowance.ts";
import { Outbox } from "./outbox.ts";
import type { Person, Room } from "./room.ts";

/** How long a client may take over the end of the connection, in milliseconds. */
const LEAVE_TIMEOUT = 2000;

/** What lines and browsers have in common. Subclasses say how a line is written, and read what arrives. */
export abstract class Guest implements Person {
  readonly socket: Connection;
  readonly outbox: Outbox = new Outbox();
  readonly allowance: Allowance;
  /** When the connection ends at the latest, by `performance.now()`. */
  deadline: number;
  /** When it is read again that wrote too much. */
  resumeAt: number = Number.POSITIVE_INFINITY;
  /** Whether its stream has ended, so that nothing more will come from it. */
  hasSaidAll = false;
  protected readonly room: Room;
  #isLeaving = false;
  #hasEnded = false;

  /** @param deadline By when it must have joined. */
  constructor(socket: Connection, room: Room, allowance: Allowance, deadline: number) {
    this.socket = socket;
    this.room = room;
    this.allowance = allowance;
    this.deadline = deadline;
  }

  /** Whether its last line has been written: what it sends is not read any more. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Whether both ends have said all. */
  get isDone(): boolean {
    return this.#hasEnded && this.hasSaidAll;
  }

  /** Takes in bytes that arrived; they count during the call only. */
  abstract receive(bytes: Uint8Array): void | Promise<void>;

  /** A line as this client reads it. */
  protected abstract encode(line: string): Uint8Array;

  /** What the connection ends with. */
  protected abstract goodbye(): Uint8Array;

  tell(line: string): void {
    if (!this.#isLeaving) this.outbox.add(this.encode(line));
  }

  dismiss(line: string): void {
    if (this.#isLeaving) return;
    this.tell(line);
    this.outbox.add(this.goodbye());
    this.leave();
  }

  /** It does not read: whatever waits for it is dropped, so that the last line has room. */
  dismissSlow(line: string): void {
    this.outbox.dropWaiting();
    this.dismiss(line);
  }

  /** Nothing is written to it any more, but for what is in its outbox. */
  protected leave(): void {
    this.#isLeaving = true;
    this.deadline = performance.now() + LEAVE_TIMEOUT;
  }

  /**
   * Sends what it takes; behind the last line, the end of the stream.
   *
   * The socket is closed only when the client has ended its own: closing with bytes unread would reset the connection, and
   * the last line might be lost with it.
   */
  flush(): void {
    this.outbox.sendTo(this.socket);
    if (!this.#isLeaving || this.#hasEnded || this.outbox.byteLength > 0) return;
    this.#hasEnded = true;
    // That it fails means that the connection is over: reading will say so.
    this.socket.shutdown(SocketShutdown.SEND).catch(() => {});
  }
}
