import { type Direction, type ReadinessSource, type Selectable, selectable } from "./readiness.ts";

interface Member {
  readonly source: ReadinessSource;
  readonly changed: () => void;
}

/**
 * Sockets that `select()` watches, and after it those that are ready.
 *
 * As in D, one adds the sockets, selects, and asks `isSet()` for each, or iterates. Unlike there, sockets stay watched until
 * `remove()` or `reset()`: a set that is selected on again costs what is ready, not what is watched.
 *
 * Several calls of `select()` may wait with it at once, in the same direction.
 *
 * Source: D's `std.socket.SocketSet`; FD_SET in select(2).
 */
export class SocketSet implements Iterable<Selectable> {
  readonly #members = new Map<Selectable, Member | undefined>();
  /** Those that may be ready: new ones, and those that said so. */
  readonly #candidates = new Set<Selectable>();
  readonly #ready = new Set<Selectable>();
  #direction: Direction = "read";
  /** How many calls of `select()` are under way with it, all in one direction. */
  #uses = 0;
  readonly #wakers = new Set<() => void>();

  constructor(members: Iterable<Selectable> = []) {
    for (const member of members) this.add(member);
  }

  /** How many are watched. */
  get size(): number {
    return this.#members.size;
  }

  /** @throws {TypeError} `member` is nothing that `select()` can watch. */
  add(member: Selectable): void {
    if (typeof member?.[selectable] !== "function") throw new TypeError(`select() cannot watch ${String(member)}`);
    if (this.#members.has(member)) return;
    this.#members.set(member, undefined);
    this.#candidates.add(member);
    this.#wake();
  }

  remove(member: Selectable): void {
    this.#unwatch(member);
    this.#members.delete(member);
    this.#candidates.delete(member);
    this.#ready.delete(member);
    // It may be the one by which a select() under way keeps the process alive.
    this.#wake();
  }

  /** Removes all. */
  reset(): void {
    for (const member of this.#members.keys()) this.#unwatch(member);
    this.#members.clear();
    this.#candidates.clear();
    this.#ready.clear();
    this.#wake();
  }

  /** Whether the last `select()` found `member` ready. */
  isSet(member: Selectable): boolean {
    return this.#ready.has(member);
  }

  /** Those that the last `select()` found ready. */
  [Symbol.iterator](): Iterator<Selectable> {
    return this.#ready.values();
  }

  /**
   * For `select()`: watches in this direction, until the function that it returns is called.
   *
   * @throws {TypeError} It is watched in another direction.
   */
  use(direction: Direction): () => void {
    if (direction !== this.#direction) {
      if (this.#uses > 0) throw new TypeError("select() watches a SocketSet in one direction at a time");
      this.#turn(direction);
    }
    this.#uses++;
    return () => {
      this.#uses--;
    };
  }

  /** For `select()`: finds out who is ready, and counts them. */
  collect(): number {
    this.#ready.clear();
    for (const member of this.#candidates) {
      const { source } = this.#members.get(member) ?? this.#watch(member);
      if (source.poll()) this.#ready.add(member);
      else this.#candidates.delete(member);
    }
    return this.#ready.size;
  }

  /**
   * For `select()`: calls `wake` when somebody may have become ready, until the function that it returns is called. One member
   * keeps the process alive, which is enough: when it is not to any more, it says so as if it were ready.
   */
  wait(wake: () => void): () => void {
    this.#wakers.add(wake);
    const release = this.#hold();
    return () => {
      this.#wakers.delete(wake);
      release?.();
    };
  }

  #hold(): (() => void) | undefined {
    for (const member of this.#members.values()) {
      const release = member?.source.hold?.();
      if (release !== undefined) return release;
    }
    return undefined;
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }

  #turn(direction: Direction): void {
    for (const member of this.#members.keys()) {
      this.#unwatch(member);
      this.#candidates.add(member);
    }
    this.#direction = direction;
  }

  #watch(selected: Selectable): Member {
    const changed = (): void => {
      this.#candidates.add(selected);
      this.#wake();
    };
    const member = { source: selected[selectable](this.#direction), changed };
    member.source.watch(changed);
    this.#members.set(selected, member);
    return member;
  }

  #unwatch(selected: Selectable): void {
    const member = this.#members.get(selected);
    if (member === undefined) return;
    member.source.unwatch(member.changed);
    this.#members.set(selected, undefined);
  }
}
