import { type Address, AddressFamily, SocketError, SocketType } from "@omnisock/core";
import { connectTo, isBlocking } from "../calls.ts";
import type { Descriptor } from "../descriptor.ts";
import { failure } from "../failure.ts";
import { EAGAIN, EINPROGRESS, EINTR } from "../linux/errno.ts";
import { pendingError } from "../options.ts";
import { Patience } from "../patience.ts";

/** Connects to the first of the addresses that can be connected to. @throws {SocketError} What the last one said. */
export function connectNow(descriptor: Descriptor, addresses: readonly Address[], type: SocketType): void {
  let last: SocketError | undefined;
  for (const to of addresses) {
    const errno = attempt(descriptor, to);
    if (errno === 0) return;
    last = failure(errno, "connect", to);
    // One that is under way cannot be given up for another.
    if (errno === EINPROGRESS) break;
  }
  if (last?.code === "EINPROGRESS" && type === SocketType.STREAM && isBlocking(descriptor)) {
    // What connect(2) says when SO_SNDTIMEO is over.
    throw new SocketError("ETIMEDOUT", "connect", { at: addresses[0] });
  }
  if (last !== undefined) throw last;
}

/** 0 or an errno. */
function attempt(descriptor: Descriptor, to: Address): number {
  const isUnix = to.family === AddressFamily.UNIX;
  for (let patience: Patience | undefined; ; ) {
    const result = connectTo(descriptor, to);
    if (result !== -EINTR) return -result;
    patience ??= new Patience(descriptor, "SO_SNDTIMEO");
    if (!patience.wait()) return isUnix ? EAGAIN : EINPROGRESS;
    // What waits for room among a listener's connections has not begun; elsewhere the attempt has gone on.
    if (!isUnix) return pendingError(descriptor);
  }
}
