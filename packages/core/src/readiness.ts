/** What `select()` can watch: sockets, and whatever else says when it is ready. */
export type Direction = "read" | "write" | "error";

/** One direction of something that `select()` can watch. */
export interface ReadinessSource {
  /** Whether a call would not have to wait now; when it would, asks for what it would wait for. */
  poll(): boolean;
  /** Calls `changed` whenever this may have become ready, until `unwatch(changed)`. */
  watch(changed: () => void): void;
  unwatch(changed: () => void): void;
  /** Keeps the process alive, if this is something that does, until the function that it returns is called. */
  hold?(): (() => void) | undefined;
}

/** The method by which `select()` asks. */
export const selectable: unique symbol = Symbol.for("omnisock.selectable");

/** Anything that `select()` can watch. */
export interface Selectable {
  [selectable](direction: Direction): ReadinessSource;
}

/** One direction of a socket: whether it is ready, and who wants to know when it may have become so. */
export class Readiness implements ReadinessSource {
  readonly poll: () => boolean;
  readonly hold: () => (() => void) | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(poll: () => boolean, hold: () => (() => void) | undefined) {
    this.poll = poll;
    this.hold = hold;
  }

  watch(changed: () => void): void {
    this.#watchers.add(changed);
  }

  unwatch(changed: () => void): void {
    this.#watchers.delete(changed);
  }

  notify(): void {
    for (const changed of this.#watchers) changed();
  }
}
