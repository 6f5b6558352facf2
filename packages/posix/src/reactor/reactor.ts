import { setImmediate } from "node:timers";
import { type Descriptor, described } from "../descriptor.ts";
import { checked } from "../failure.ts";
import { constants } from "../linux/constants.ts";
import { EBADF, EINTR, ENOENT } from "../linux/errno.ts";
import { block } from "../memory.ts";
import { system } from "../system.ts";
import { Linger } from "./linger.ts";
import { type Parker, parkerFor } from "./parker.ts";

/** How many events a turn takes from the kernel at most. */
const MOST_EVENTS = 256;
/** After so many bytes those that were told have their turn before others: what they have read is in the processor's cache still. */
const MOST_TAKEN_BYTES = 262_144;
/** How often a turn looks again before the runtime's own loop has its turn: what its callers have sent may be answered already. */
const MOST_LOOKS = 8;

/** What the reactor tells of a descriptor. */
export interface Watcher {
  /** Something has happened, in `EPOLL…` bits; 0 when this was asked for by `again()`. Told once: what is left is not told anew. */
  ready(events: number): void;
}

/** A descriptor in the reactor, from `watch()` to `stop()`. */
export class Watch {
  readonly descriptor: Descriptor;
  /** Who is told: may be replaced. */
  watcher: Watcher;
  #isWaiting = false;
  #isKeeping = false;
  /** Of those that are to be told again, which list it is in. */
  pendingIn: readonly Watch[] | undefined;
  isStopped = false;

  constructor(descriptor: Descriptor, watcher: Watcher) {
    this.descriptor = descriptor;
    this.watcher = watcher;
  }

  /** Whether somebody waits for what is told: without any such, nothing is parked. */
  set isWaiting(isWaiting: boolean) {
    if (isWaiting !== this.#isWaiting) reactor().count(isWaiting ? 1 : -1, 0);
    this.#isWaiting = isWaiting;
  }

  /** Whether the process is to live on for it. */
  set isKeeping(isKeeping: boolean) {
    if (isKeeping !== this.#isKeeping) reactor().count(0, isKeeping ? 1 : -1);
    this.#isKeeping = isKeeping;
  }

  /** As waiting and keeping the process, beside what is said of those, until the function that this returns is called. */
  hold(): () => void {
    reactor().count(1, 1);
    return () => reactor().count(-1, -1);
  }

  /** Says how many bytes were read. */
  took(bytes: number): void {
    reactor().took(bytes);
  }

  /** Has `ready(0)` called in the next turn, unless there is an event to tell: there may be more where something came from. */
  again(): void {
    reactor().again(this);
  }

  /** Nothing is told any more. To be called before the descriptor is closed. */
  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.isWaiting = false;
    this.isKeeping = false;
    reactor().remove(this);
  }
}

/** One epoll for all the sockets of a thread, and one wait. */
class Reactor {
  readonly #epoll: Descriptor = described(system().libc.epoll_create1(constants.EPOLL_CLOEXEC));
  readonly #parker: Parker = parkerFor(this.#epoll, () => this.#woken());
  readonly #linger = new Linger(this.#parker.worth);
  readonly #layout = system().epollEvent;
  readonly #events = block(MOST_EVENTS * this.#layout.size);
  readonly #event = block(this.#layout.size);
  /** By the number of the descriptor. */
  readonly #watches: (Watch | undefined)[] = [];
  /** Which of the events that the kernel gave is to be told next, and how many there are. */
  #nextEvent = 0;
  #eventCount = 0;
  /** Bytes that were read since others had their turn. */
  #taken = 0;
  #pending: Watch[] = [];
  /** How many wait, and for how many of them the process is to live. */
  #waiting = 0;
  #keeping = 0;
  #isTurning = false;
  #looks = 0;
  #isParked = false;

  /** Tells of `events` from now on, each time that they come about; those that are there already, too. */
  watch(descriptor: Descriptor, watcher: Watcher, events: number): Watch {
    const watch = new Watch(descriptor, watcher);
    const fd = descriptor.fdFor("socket");
    const { view, bytes } = this.#event;
    view.setUint32(this.#layout.fields.events, (events | constants.EPOLLET) >>> 0, true);
    view.setInt32(this.#layout.fields.data, fd, true);
    view.setUint32(this.#layout.fields.data + 4, descriptor.generation, true);
    checked(system().libc.epoll_ctl(this.#epoll.fdFor("socket"), constants.EPOLL_CTL_ADD, fd, bytes), "socket");
    this.#watches[fd] = watch;
    return watch;
  }

  /** Closing the descriptor takes it out of the epoll where nobody else has it: then it is only forgotten here. */
  remove({ descriptor }: Watch): void {
    if (!descriptor.isOpen()) return;
    const fd = descriptor.fdFor("socket");
    this.#watches[fd] = undefined;
    if (!descriptor.isShared) return;
    const { bytes } = this.#event;
    const result = system().libc.epoll_ctl(this.#epoll.fdFor("socket"), constants.EPOLL_CTL_DEL, fd, bytes);
    // Whoever shares it may have closed it already.
    if (result !== -EBADF && result !== -ENOENT) checked(result, "socket");
  }

  count(waiting: number, keeping: number): void {
    this.#waiting += waiting;
    this.#keeping += keeping;
    // Whether and how to park is decided a turn later: most changes are taken back before.
    this.#turnSoon();
  }

  #isAnybodyHere(): boolean {
    return this.#waiting + this.#keeping > 0;
  }

  #hasEventsLeft(): boolean {
    return this.#nextEvent < this.#eventCount;
  }

  took(bytes: number): void {
    this.#taken += bytes;
  }

  again(watch: Watch): void {
    if (watch.pendingIn === this.#pending) return;
    watch.pendingIn = this.#pending;
    this.#pending.push(watch);
    this.#turnSoon();
  }

  #turnSoon(): void {
    if (this.#isTurning) return;
    this.#isTurning = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#looks = 0;
    this.#lookAround();
  };

  readonly #lookAround = (): void => {
    const pending = this.#pending;
    if (pending.length > 0) this.#pending = [];
    const count = this.#isAnybodyHere() || this.#hasEventsLeft() ? this.#lookTwice() : 0;
    for (const watch of pending) tellAgain(watch, pending);
    this.#isTurning = false;
    if (pending.length + count > 0) this.#linger.busy();
    this.#next(count);
  };

  /**
   * Tells of what came while several were told of theirs, too, before anybody answers: to wake a peer that waits for answers is
   * dear, and so it is done less often.
   */
  #lookTwice(): number {
    this.#taken = 0;
    const count = this.#look();
    return count > 1 && this.#taken < MOST_TAKEN_BYTES ? count + this.#look() : count;
  }

  /** Takes what the kernel has, and tells it, as far as it is not too much at once; returns of how many. */
  #look(): number {
    const { bytes, view } = this.#events;
    const { size, fields } = this.#layout;
    if (!this.#hasEventsLeft()) {
      const count = system().libc.epoll_wait(this.#epoll.fdFor("socket"), bytes, MOST_EVENTS, 0);
      if (count === -EINTR) return 0;
      this.#eventCount = checked(count, "socket");
      this.#nextEvent = 0;
    }
    const first = this.#nextEvent;
    while (this.#hasEventsLeft() && this.#taken < MOST_TAKEN_BYTES) {
      const at = this.#nextEvent++ * size;
      const watch = this.#watches[view.getInt32(at + fields.data, true)];
      // The number may be another descriptor's by now.
      if (watch === undefined || watch.descriptor.generation !== view.getUint32(at + fields.data + 4, true)) continue;
      watch.pendingIn = undefined;
      tell(watch, view.getUint32(at + fields.events, true));
    }
    return this.#nextEvent - first;
  }

  #next(found: number): void {
    if (this.#hasEventsLeft() && this.#looks++ < MOST_LOOKS) this.#lookAgain();
    else if (this.#hasEventsLeft() || this.#pending.length > 0) this.#turnSoon();
    else if (!this.#isAnybodyHere()) this.#unpark();
    else if (found > 0 && this.#looks++ < MOST_LOOKS) this.#lookAgain();
    else if (this.#keeping > 0 && this.#linger.goesOn()) this.#turnSoon();
    else this.#park();
  }

  /** When those that were told have done what they do at once: each `await` on the way is a microtask. */
  #lookAgain(): void {
    this.#isTurning = true;
    queueMicrotask(this.#inTwo);
  }

  readonly #inTwo = (): void => queueMicrotask(this.#inOne);
  readonly #inOne = (): void => queueMicrotask(this.#lookAround);

  #park(): void {
    this.#isParked = true;
    this.#parker.park(this.#keeping > 0);
  }

  #unpark(): void {
    if (!this.#isParked) return;
    this.#isParked = false;
    this.#parker.unpark();
  }

  #woken(): void {
    this.#isParked = false;
    this.#turnSoon();
  }
}

/** Unless it has been told of an event since, or has been stopped. */
function tellAgain(watch: Watch, pending: readonly Watch[]): void {
  if (watch.pendingIn !== pending) return;
  watch.pendingIn = undefined;
  if (!watch.isStopped) tell(watch, 0);
}

/** An error is nobody's to catch here, and must not keep the others from being told. */
function tell(watch: Watch, events: number): void {
  try {
    watch.watcher.ready(events);
  } catch (error) {
    throwSoon(error);
  }
}

function throwSoon(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

let running: Reactor | undefined;

/** This thread's. */
function reactor(): Reactor {
  running ??= new Reactor();
  return running;
}

/** Has this thread's reactor tell of a descriptor's events, whenever they come about anew. */
export function watch(descriptor: Descriptor, watcher: Watcher, events: number): Watch {
  return reactor().watch(descriptor, watcher, events);
}
