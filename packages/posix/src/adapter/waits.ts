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
/**
 * The first and the longest pause before it is sent again to a Unix socket that is full, in milliseconds: the kernel does not
 * tell those that are not connected to it when it has room.
 */
export const FIRST_PAUSE = 1;
export const LONGEST_PAUSE = 64;

interface Waiting {
  readonly events: number;
  /** Whether the next of them may be but what the last attempt has caused. */
  hasEcho: boolean;
  end(error?: unknown): void;
}

/** The calls of one socket that wait for the kernel past core: those of messages. */
export class Waits {
  /** Whether an attempt to send that finds no room causes the event that tells of room, as of Unix datagrams. */
  hasEchoes = false;
  readonly #watch: Watch;
  #all: Waiting[] = [];

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /** Resolves when a call in this direction is worth another attempt, and at the latest after so many milliseconds. */
  wait(direction: "read" | "write", most: number, signal: AbortSignal | undefined): Promise<void> {
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
      const waiting: Waiting = { events: DIRECTIONS[direction], hasEcho: this.hasEchoes && direction === "write", end };
      const timer = most === Number.POSITIVE_INFINITY ? undefined : setTimeout(end, most);
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
    for (const one of this.#all) {
      if ((one.events & events) === 0) continue;
      if (one.hasEcho) one.hasEcho = false;
      else one.end();
    }
  }

  /** The socket is closed. */
  close(): void {
    for (const one of this.#all) one.end(new SocketError("EBADF", "recv"));
  }
}
