import {
  type Address,
  type AddressFamily,
  type ConnectRequest,
  type StreamHandle,
  type StreamSink,
  UnixAddress,
} from "@omnisock/core";
import { bindTo, connectTo, localAddressOf, openSocket } from "../calls.ts";
import type { Descriptor } from "../descriptor.ts";
import { failure } from "../failure.ts";
import { EINPROGRESS, EINTR } from "../linux/errno.ts";
import { pendingError } from "../options.ts";
import { pollConnected } from "../poll.ts";
import { watch } from "../reactor/reactor.ts";
import { setEarly } from "./options.ts";
import { PosixStream, STREAM_EVENTS, type Watched } from "./posix-stream.ts";
import { removalOf } from "./socket-file.ts";

/** @throws {SocketError} The kernel's error, or the signal's reason. */
export async function connect(
  { type, to, from, options, signal }: ConnectRequest,
  connected: (handle: StreamHandle) => StreamSink,
): Promise<void> {
  const descriptor = openSocket(to.family as AddressFamily, type, false);
  let removeFile: (() => void) | undefined;
  try {
    setEarly(descriptor, options);
    if (from !== undefined) {
      bindTo(descriptor, from);
      removeFile = removalOf(from);
    }
    const errno = -connectTo(descriptor, to);
    if (errno !== 0 && errno !== EINPROGRESS && errno !== EINTR) throw failure(errno, "connect", to);
    // On this machine it is made by now, as a rule.
    const isDone = errno === 0 || pollConnected(descriptor, 0);
    if (isDone) checkConnected(descriptor, to);
    const watched = isDone ? undefined : await settled(descriptor, to, signal);
    const local = localAddressOf(descriptor) ?? UnixAddress.UNNAMED;
    new PosixStream({ type, descriptor, local, remote: to, watched, gone: removeFile }, connected);
  } catch (error) {
    removeFile?.();
    descriptor.close();
    throw error;
  }
}

function checkConnected(descriptor: Descriptor, to: Address): void {
  const errno = pendingError(descriptor);
  if (errno !== 0) throw failure(errno, "connect", to);
}

/** Resolves when the connection is made, with what was told of it; the process lives as long. */
function settled(descriptor: Descriptor, to: Address, signal: AbortSignal): Promise<Watched> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      watching.stop();
      reject(signal.reason);
    };
    const ready = (events: number): void => {
      signal.removeEventListener("abort", abort);
      try {
        checkConnected(descriptor, to);
        watching.isWaiting = false;
        watching.isKeeping = false;
        resolve({ watch: watching, events });
      } catch (error) {
        watching.stop();
        reject(error);
      }
    };
    const watching = watch(descriptor, { ready }, STREAM_EVENTS);
    watching.isWaiting = true;
    watching.isKeeping = true;
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
