import type { Syscall } from "@omnisock/core";
import type { Descriptor } from "./descriptor.ts";
import { checked } from "./failure.ts";
import { constants } from "./linux/constants.ts";
import { EINTR } from "./linux/errno.ts";
import { layouts } from "./linux/layouts.ts";
import { block } from "./memory.ts";
import { system } from "./system.ts";

const { size, fields } = layouts.pollfd;

/** A descriptor, and what it is watched for. */
export interface Watched {
  readonly descriptor: Descriptor;
  readonly events: number;
}

/**
 * Waits in the thread until a descriptor has one of its events, as poll(2).
 *
 * @param timeout In whole milliseconds; -1 is no limit. A signal does not end the wait.
 * @returns What each has, in the same order: 0 for most.
 * @throws {SocketError} `EBADF`: one of them is closed.
 */
export function pollAll(watched: readonly Watched[], timeout: number, syscall: Syscall): number[] {
  const { bytes, view } = block(watched.length * size);
  watched.forEach(({ descriptor, events }, index) => {
    view.setInt32(index * size + fields.fd, descriptor.fdFor(syscall), true);
    view.setInt16(index * size + fields.events, events, true);
  });
  const { libc } = system();
  const started = performance.now();
  for (let left = timeout; ; left = Math.max(0, Math.ceil(timeout - (performance.now() - started)))) {
    const result = libc.poll(bytes, watched.length, timeout < 0 ? -1 : left);
    if (result === -EINTR) continue;
    checked(result, syscall);
    return watched.map((_, index) => view.getInt16(index * size + fields.revents, true));
  }
}

/** Waits as `pollAll()` until a descriptor has connected, or failed to; whether it has. */
export function pollConnected(descriptor: Descriptor, timeout: number): boolean {
  return pollAll([{ descriptor, events: constants.POLLOUT }], timeout, "connect")[0] !== 0;
}

/** Whether there is urgent data to receive, or an error to be told: each of them past us, too. */
export function pollExceptional(descriptor: Descriptor): boolean {
  const { POLLPRI, POLLERR } = constants;
  const [events = 0] = pollAll([{ descriptor, events: POLLPRI }], 0, "recv");
  return (events & (POLLPRI | POLLERR)) !== 0;
}
