import process from "node:process";
import { isMainThread } from "node:worker_threads";
import { SocketError, type Syscall } from "@omnisock/core";
import { checked } from "./failure.ts";
import { system } from "./system.ts";

/** Which descriptor owns an fd now: the kernel gives the number of a closed one to whoever opens the next. */
const owners: number[] = [];
let generations = 0;

/** Closes those that nobody can close any more. */
const forgotten = new FinalizationRegistry<{ readonly fd: number; readonly generation: number }>(
  ({ fd, generation }) => {
    if (owners[fd] !== generation) return;
    owners[fd] = 0;
    system().libc.close(fd);
  },
);

/** How many broken connections stay open at most, so that a server is not without descriptors before garbage is collected. */
const MOST_BROKEN = 64;
const broken: WeakRef<Descriptor>[] = [];

/** A process's descriptors are closed with it; those of a worker would stay open, and listen, when it ends. */
function closeAtEnd(): void {
  if (isMainThread) return;
  process.once("exit", () => {
    owners.forEach((generation, fd) => {
      owners[fd] = 0;
      if (generation !== 0) system().libc.close(fd);
    });
  });
}

/**
 * The owner of an fd. Nobody uses the number but through it, and it gives it out as long as it is the last to have got it.
 */
export class Descriptor {
  /** Tells this descriptor from every other that had or will have the same number; 1 to 2³²−1. */
  readonly generation: number;
  /** Whether somebody else may have the same open file: then closing the number does not take it out of an epoll. */
  isShared = false;
  /** Whether it is a raw socket: one whose datagrams the kernel does not segment. */
  isRaw = false;
  readonly #fd: number;

  /** Takes over an open fd; whoever had that number before has it no longer. */
  constructor(fd: number) {
    if (generations === 0) closeAtEnd();
    generations = (generations % 0xffffffff) + 1;
    this.generation = generations;
    this.#fd = fd;
    owners[fd] = this.generation;
  }

  isOpen(): boolean {
    return owners[this.#fd] === this.generation;
  }

  /** The number, for a call that is about to be made. @throws {SocketError} `EBADF`: it is closed. */
  fdFor(syscall: Syscall): number {
    if (owners[this.#fd] !== this.generation) throw new SocketError("EBADF", syscall);
    return this.#fd;
  }

  /** Gives the number away: from now on somebody else is to close it. @throws {SocketError} `EBADF`: it is closed. */
  detach(): number {
    const fd = this.fdFor("socket");
    owners[fd] = 0;
    return fd;
  }

  /**
   * Closes the fd, if it is this one's still.
   *
   * What close(2) reports is not: Linux has closed it even then, and another thread may have the number already.
   */
  close(): void {
    if (this.isOpen()) system().libc.close(this.detach());
  }

  /** For a connection that is broken: has the fd closed when nobody knows of this object any more, or when many broke since. */
  closeWhenForgotten(): void {
    forgotten.register(this, { fd: this.#fd, generation: this.generation });
    broken.push(new WeakRef(this));
    if (broken.length > MOST_BROKEN) broken.shift()?.deref()?.close();
  }
}

/** Whether a socket of this thread has this fd, and has neither closed nor detached it. */
export function isOwned(fd: number): boolean {
  return (owners[fd] ?? 0) !== 0;
}

/** The descriptor of a new fd. @throws {SocketError} `result` is an errno instead. */
export function described(result: number): Descriptor {
  return new Descriptor(checked(result, "socket"));
}
