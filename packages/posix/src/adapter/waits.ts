import { clearTimeout, setTimeout } from "node:timers";
import { SocketError } from "@omnisock/core";
import { constants } from "../linux/constants.ts";
import type { Watch } from "../reactor/reactor.ts";

const { EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLERR, EPOLLHUP } = constants;

/** What calls wait for that core knows nothing of. */
const DIRECTIONS: Readonly<Record<"read" | "write", number>> = {
  read: EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP,
  write: EPOLLOUT | EPOLLERR | EPOLLHUP,
};
/** A Unix socket that is full does not tell those that are not connected to it when it has room again: look after so many milliseconds. */
const LONGEST_WAIT_FOR_ROOM = 10;

interface Waiting {
  readonly events: number;
  end(error?: unknown): void;
}

/** The calls of one socket that wait for the kernel past core: those of messages. */
export class Waits {
  readonly #watch: Watch;
  #all: Waiting[] = [];

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /** Resolves when a call in this direction is worth another attempt, and at the latest after so many milliseconds. */
  wait(direction: "read" | "write", most: number, signal: AbortSignal | undefined): Promise<void> {
    const milliseconds = direction === "write" ? Math.min(most, LONGEST_WAIT_FOR_ROOM) : most;
    return new Promise((resolve, reject) => {
      const release = this.#watch.hold();
      const end = (error?: unknown): void => {
        this.#all = this.#all.filter((one) => one !== waiting);
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        release();
        if (error === undefined) resolve();
        else reject(error);
      };
      const waiting: Waiting = { events: DIRECTIONS[direction], end };
      const timer = milliseconds === Number.POSITIVE_INFINITY ? undefined : setTimeout(end, milliseconds);
      const abort = (): void => end(signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      this.#all.push(waiting);
    });
  }

  isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** Something has happened. */
  ready(events: number): void {
    for (const one of this.#all) if ((one.events & events) !== 0) one.end();
  }

  /** The socket is closed. */
  close(): void {
    for (const one of this.#all) one.end(new SocketError("EBADF", "recv"));
  }
}
