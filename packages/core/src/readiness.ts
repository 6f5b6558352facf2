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

/** What has the directions: a socket. */
export interface Watched {
  /** Whether a call would not have to wait now; when it would, asks for what it would wait for. */
  isReady(direction: Direction): boolean;
  /** Keeps the process alive until the function that it returns is called; undefined where it is not to. */
  hold(): (() => void) | undefined;
}

/** Who is told that one direction may have become ready. */
export interface Notified {
  notify(direction: Direction): void;
}

/** One direction: whether it is ready, and who wants to know when it may have become so. */
class Source implements ReadinessSource {
  readonly #watched: Watched;
  readonly #direction: Direction;
  readonly #watchers = new Set<() => void>();

  constructor(watched: Watched, direction: Direction) {
    this.#watched = watched;
    this.#direction = direction;
  }

  poll(): boolean {
    return this.#watched.isReady(this.#direction);
  }

  hold(): (() => void) | undefined {
    return this.#watched.hold();
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

/** The directions of a socket, each made when somebody asks for it: most sockets are never watched. */
export class Readiness {
  readonly #watched: Watched;
  #sources: Partial<Record<Direction, Source>> | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  source(direction: Direction): ReadinessSource {
    this.#sources ??= {};
    this.#sources[direction] ??= new Source(this.#watched, direction);
    return this.#sources[direction];
  }

  /** This one may have become ready. */
  notify(direction: Direction): void {
    this.#sources?.[direction]?.notify();
  }

  /** All may have become ready. */
  notifyAll(): void {
    this.notify("read");
    this.notify("write");
    this.notify("error");
  }
}
