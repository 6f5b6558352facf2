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
 * Source: D's `std.socket.SocketSet`; FD_SET in select(2).
 */
export class SocketSet implements Iterable<Selectable> {
  readonly #members = new Map<Selectable, Member | undefined>();
  /** Those that may be ready: new ones, and those that said so. */
  readonly #candidates = new Set<Selectable>();
  readonly #ready = new Set<Selectable>();
  #direction: Direction | undefined;
  #wake: (() => void) | undefined;
  #release: (() => void) | undefined;

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
    this.#wake?.();
  }

  remove(member: Selectable): void {
    this.#unwatch(member);
    this.#members.delete(member);
    this.#candidates.delete(member);
    this.#ready.delete(member);
  }

  /** Removes all. */
  reset(): void {
    for (const member of this.#members.keys()) this.#unwatch(member);
    this.#members.clear();
    this.#candidates.clear();
    this.#ready.clear();
  }

  /** Whether the last `select()` found `member` ready. */
  isSet(member: Selectable): boolean {
    return this.#ready.has(member);
  }

  /** Those that the last `select()` found ready. */
  [Symbol.iterator](): Iterator<Selectable> {
    return this.#ready.values();
  }

  /** For `select()`: finds out who is ready in this direction, and counts them. */
  collect(direction: Direction): number {
    if (direction !== this.#direction) this.#turn(direction);
    this.#ready.clear();
    for (const member of this.#candidates) {
      const { source } = this.#members.get(member) ?? this.#watch(member, direction);
      if (source.poll()) this.#ready.add(member);
      else this.#candidates.delete(member);
    }
    return this.#ready.size;
  }

  /** For `select()`: calls `wake` when somebody may have become ready. One member keeps the process alive, which is enough. */
  wait(wake: () => void): void {
    this.#wake = wake;
    for (const member of this.#members.values()) {
      this.#release = member?.source.hold?.();
      if (this.#release !== undefined) return;
    }
  }

  stopWaiting(): void {
    this.#wake = undefined;
    this.#release?.();
    this.#release = undefined;
  }

  #turn(direction: Direction): void {
    for (const member of this.#members.keys()) {
      this.#unwatch(member);
      this.#candidates.add(member);
    }
    this.#direction = direction;
  }

  #watch(selected: Selectable, direction: Direction): Member {
    const changed = (): void => {
      this.#candidates.add(selected);
      this.#wake?.();
    };
    const member = { source: selected[selectable](direction), changed };
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
