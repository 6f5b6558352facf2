/** How a thread waits for its reactor's epoll while it has nothing else to do: the cheapest way that its runtime has. */
import { clearTimeout, setTimeout } from "node:timers";
import { type Descriptor, described } from "../descriptor.ts";
import { checked } from "../failure.ts";
import { constants } from "../linux/constants.ts";
import { layouts } from "../linux/layouts.ts";
import { block } from "../memory.ts";
import { system } from "../system.ts";

export interface Parker {
  /** Waits from now on, until `unpark()` or the epoll has events; `keepAlive` says whether the process is to live as long. */
  park(keepAlive: boolean): void;
  /** Ends the wait, perhaps a moment later. */
  unpark(): void;
  /** How many waits cost what 100 µs of looking cost, in processor time or in delay; 0: one costs far more. */
  readonly worth: number;
}

/**
 * @param wake Called when the epoll has events, or may have; the wait is over then.
 * @throws {SocketError} `EMFILE` and the like; then the epoll is closed.
 */
export function parkerFor(epoll: Descriptor, wake: () => void): Parker {
  const { libc } = system();
  try {
    if (libc.watch !== undefined) return loopParker(epoll, wake);
    return libc.pollAside === undefined ? timerParker(wake) : threadParker(epoll, wake);
  } catch (error) {
    epoll.close();
    throw error;
  }
}

/** In the runtime's own event loop. */
function loopParker(epoll: Descriptor, wake: () => void): Parker {
  let isParked = false;
  const unpark = (): void => {
    if (isParked) watch?.stop();
    isParked = false;
  };
  const watch = system().libc.watch?.(epoll.fdFor("socket"), () => {
    unpark();
    wake();
  });
  watch?.stop();
  return {
    park(keepAlive) {
      if (!isParked) watch?.start();
      isParked = true;
      if (keepAlive) watch?.ref();
      else watch?.unref();
    },
    unpark,
    // To wait in libuv's epoll takes 13 µs.
    worth: 8,
  };
}

/** How often a timer looks at sockets, in milliseconds: those that are to keep the process alive, and the others. */
const LOOK = 1;
const GLANCE = 10;

/** By a timer that looks again and again, where the runtime has nothing better. */
function timerParker(wake: () => void): Parker {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    park(keepAlive) {
      clearTimeout(timer);
      timer = setTimeout(wake, keepAlive ? LOOK : GLANCE);
      if (!keepAlive) timer.unref();
    },
    unpark: () => clearTimeout(timer),
    worth: 0,
  };
}

/** How long a thread of the pool is away at most, in milliseconds: one that a terminated worker has left behind ends then. */
const LONGEST_AWAY = 1000;

/** After how many milliseconds it is looked whether that thread should have come back, and at most, where it never should. */
const SOONEST = 10;
const LATEST = 100;

/** Calls `wake` now and then while `isDue()`, from `start()` to `stop()`; a timer that was set goes on, and finds it stopped. */
function glancer(isDue: () => boolean, wake: () => void): { start(): void; stop(): void } {
  let isOn = false;
  let isSet = false;
  let patience = SOONEST;
  const set = (): void => {
    isSet = true;
    setTimeout(glance, patience).unref();
  };
  const glance = (): void => {
    isSet = false;
    if (!isOn) return;
    const isLate = isDue();
    patience = isLate ? SOONEST : Math.min(2 * patience, LATEST);
    set();
    if (isLate) wake();
  };
  return {
    start() {
      isOn = true;
      if (!isSet) set();
    },
    stop() {
      isOn = false;
    },
  };
}

const { size, fields } = layouts.pollfd;

/**
 * In a thread of the runtime's pool, one and no more; an eventfd calls it back. Such a thread keeps the process alive, so what
 * is not to do that is looked at by a timer instead. So is, now and then, the epoll: where others have the whole pool work,
 * the thread does not even begin.
 */
function threadParker(epoll: Descriptor, wake: () => void): Parker {
  const { libc } = system();
  const bell = described(libc.eventfd(0, constants.EFD_NONBLOCK | constants.EFD_CLOEXEC));
  const { bytes, view } = block(2 * size);
  [epoll, bell].forEach((descriptor, index) => {
    view.setInt32(index * size + fields.fd, descriptor.fdFor("socket"), true);
    view.setInt16(index * size + fields.events, constants.POLLIN, true);
  });
  const fds = libc.keep(bytes);
  const count = new Uint8Array(8);
  const ring = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
  let isAway = false;
  let hasRung = false;
  const unkept = timerParker(wake);
  const glances = glancer(() => libc.poll(bytes, 1, 0) > 0, wake);
  const back = (): void => {
    isAway = false;
    glances.stop();
    if (hasRung) checked(libc.read(bell.fdFor("recv"), count, count.length), "recv");
    hasRung = false;
    wake();
  };
  const unpark = (): void => {
    glances.stop();
    unkept.unpark();
    if (!isAway || hasRung) return;
    hasRung = true;
    checked(libc.write(bell.fdFor("send"), ring, ring.length), "send");
  };
  return {
    park(keepAlive) {
      if (!keepAlive) {
        unpark();
        unkept.park(false);
        return;
      }
      unkept.unpark();
      glances.start();
      if (isAway) return;
      isAway = true;
      libc.pollAside?.(fds, 2, LONGEST_AWAY, back);
    },
    unpark,
    // To call a thread, and to be called back, takes 50 to 90 µs.
    worth: 1,
  };
}
