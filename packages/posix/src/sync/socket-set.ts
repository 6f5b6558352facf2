import { Socket } from "./socket.ts";

/** Sockets for `select()`, each once, in the order they were added. As core's `SocketSet`. Source: D's `std.socket.SocketSet`. */
export class SocketSet implements Iterable<Socket> {
  readonly #members = new Set<Socket>();

  /** @throws {TypeError} A member is no socket of this kind. */
  constructor(members: Iterable<Socket> = []) {
    for (const member of members) this.add(member);
  }

  get size(): number {
    return this.#members.size;
  }

  /** FD_SET. @throws {TypeError} `member` is no socket of this kind. */
  add(member: Socket): void {
    if (!(member instanceof Socket)) throw new TypeError("A SocketSet holds sockets of @omnisock/posix/sync");
    this.#members.add(member);
  }

  /** FD_CLR. */
  remove(member: Socket): void {
    this.#members.delete(member);
  }

  /** FD_ZERO. */
  reset(): void {
    this.#members.clear();
  }

  /** FD_ISSET: after `select()`, whether it is ready. */
  isSet(member: Socket): boolean {
    return this.#members.has(member);
  }

  [Symbol.iterator](): Iterator<Socket> {
    return this.#members.values();
  }
}
