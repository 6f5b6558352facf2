/** What close(2) does for a socket that lingers, without a thread that waits in it. */
import { clearTimeout, setTimeout } from "node:timers";
import { type Linger, SocketShutdown } from "@omnisock/core";
import { askNumber, shutDown } from "../calls.ts";
import { Descriptor } from "../descriptor.ts";
import { constants } from "../linux/constants.ts";
import { getSocketOption, setSocketOption } from "../options.ts";
import { type Watch, watch } from "../reactor/reactor.ts";
import { tcpInfoOf } from "../tcp-info.ts";
import { descriptorOf } from "./options.ts";

/** Where the peer has not acknowledged the end yet. Source: sk_stream_wait_close() of Linux, in net/core/stream.c. */
const UNACKNOWLEDGED: ReadonlySet<string> = new Set(["FIN_WAIT1", "CLOSING", "LAST_ACK"]);

/** What a timer takes, in milliseconds: one of more would be over at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

const OFF: Linger = { seconds: 0 };

/**
 * Closes a socket: at once, unless `SO_LINGER` is on. Then, when its peer has acknowledged all that was sent, or is gone, or
 * the time has passed: the kernel goes on alone. The process lives as long.
 *
 * @param watched Stopped, and its descriptor closed, at once.
 */
export function closeLingering(watched: Watch, done: () => void): void {
  // Out of the epoll as well: what is watched from now on is another descriptor.
  watched.descriptor.isShared = true;
  watched.stop();
  const descriptor = new Descriptor(watched.descriptor.detach());
  const close = (): void => {
    descriptor.close();
    queueMicrotask(done);
  };
  try {
    linger(descriptor, close);
  } catch {
    // The connection is gone.
    close();
  }
}

function linger(descriptor: Descriptor, close: () => void): void {
  const option = descriptorOf("SO_LINGER");
  const { seconds } = (getSocketOption(descriptor, option) as Linger | undefined) ?? OFF;
  if (seconds === 0) {
    close();
    return;
  }
  // From now on no close(2) waits.
  setSocketOption(descriptor, option, undefined);
  // What was not read is a reset, and resets do not linger.
  const isRead = askNumber(descriptor, constants.FIONREAD) === 0;
  if (isRead) shutDown(descriptor, SocketShutdown.BOTH);
  if (!isRead || !isUnacknowledged(descriptor)) {
    close();
    return;
  }
  const end = (): void => {
    clearTimeout(timer);
    watching.stop();
    close();
  };
  const ready = (): void => {
    if (!isUnacknowledged(descriptor)) end();
  };
  const watching = watch(descriptor, { ready }, 0);
  watching.isWaiting = true;
  watching.isKeeping = true;
  // Of others, C's int may stand for more than its half.
  const timer = setTimeout(end, Math.min((seconds >>> 0) * 1000, LONGEST_TIMER));
}

function isUnacknowledged(descriptor: Descriptor): boolean {
  return UNACKNOWLEDGED.has(tcpInfoOf(descriptor).state);
}
