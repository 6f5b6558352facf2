/** Messages of sockets with promises: bytes, and what goes beside them. */
import {
  type Socket as BerkeleySocket,
  checkStillThere,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SocketError,
  type Syscall,
  type WaitOptions,
} from "@omnisock/core";
import { checkBytes, checkFlags, checkTimeout } from "../arguments.ts";
import { failure } from "../failure.ts";
import { constants } from "../linux/constants.ts";
import { EAGAIN } from "../linux/errno.ts";
import { receiveWith, sendWith } from "../message.ts";
import {
  checkMessage,
  checkMost,
  type Message,
  onlyNumeric,
  type ReceivedMessage,
  receivedMessage,
} from "../messages.ts";
import { type PosixHandle, posixHandleOf } from "./posix-handle.ts";
import { FIRST_PAUSE, LONGEST_PAUSE, type Waits } from "./waits.ts";

export interface MessageOptions extends WaitOptions {
  /** `MSG_…` flags. Default: 0. */
  readonly flags?: number | undefined;
}

export interface ReceiveMessageOptions extends MessageOptions {
  /** How many descriptors at most, 0 to 253; those beyond are closed. Default: 0. */
  readonly descriptors?: number | undefined;
}

/**
 * Sends bytes, and over a Unix socket descriptors or credentials with them. What calls to `send()` have begun goes first.
 *
 * @param socket Connected, or a datagram socket that is bound.
 * @returns How many bytes were taken. The descriptors go with the first; over a stream there must be one.
 * @throws {SocketError} `EAGAIN`, `EPIPE`, `ECONNRESET`, `EMSGSIZE`; `EBADF`: also for a descriptor that is not open;
 * `EPERM`: credentials that are not true.
 * @throws {TypeError | RangeError} The message is not as it should be.
 *
 * Source: sendmsg(2), unix(7).
 *
 * @example
 * ```ts
 * await sendMessage(connection, { bytes: Uint8Array.of(0), descriptors: [fdOf(listener)] });
 * const { descriptors } = await receiveMessage(peer, new Uint8Array(1), { descriptors: 1 });
 * ```
 */
export async function sendMessage(socket: BerkeleySocket, message: Message, options?: MessageOptions): Promise<number> {
  const outbound = checkMessage(message, socket.family, onlyNumeric);
  const { byteLength } = outbound.bytes;
  const flags = checkFlags(options?.flags ?? 0);
  const handle = messaging(socket, "send");
  const patience = patienceOf(socket, socket.getOption(SO_SNDTIMEO), options, flags);
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    // Not into the middle of what core is sending.
    const result = handle.isSending ? -EAGAIN : sendWith(handle.descriptor, outbound, flags);
    if (result >= 0) return result;
    if (result !== -EAGAIN) throw failure(-result, "send", outbound.to);
    await handle.waits.wait("write", Math.min(patience.left("send"), pause), options?.signal);
    checkStillThere(outbound.bytes, byteLength);
  }
}

/**
 * Receives bytes, and what came beside them.
 *
 * Not to be mixed with other ways to receive, nor with `select()`: they take bytes without what is beside them.
 *
 * @param socket Connected, or a datagram socket that is bound.
 * @returns With 0 bytes at the end of a stream.
 * @throws {SocketError} `EAGAIN`, `ECONNRESET`; `EINVAL`: somebody receives from this socket otherwise.
 * @throws {TypeError | RangeError} An argument is not as it should be.
 *
 * Source: recvmsg(2), unix(7). No program that is started inherits the descriptors.
 */
export async function receiveMessage(
  socket: BerkeleySocket,
  into: Uint8Array,
  options?: ReceiveMessageOptions,
): Promise<ReceivedMessage> {
  const most = checkMost(options?.descriptors ?? 0);
  const flags = checkFlags(options?.flags ?? 0);
  const { byteLength } = checkBytes(into);
  const handle = messaging(socket, "recv");
  const patience = patienceOf(socket, socket.getOption(SO_RCVTIMEO), options, flags);
  for (;;) {
    // Core takes bytes without what is beside them, and has perhaps some already.
    if (handle.isReading) throw receivedOtherwise();
    const received = receiveWith(handle.descriptor, into, most, flags);
    if (received.result >= 0) return receivedMessage(received, into, handle.type);
    if (received.result !== -EAGAIN) throw failure(-received.result, "recv");
    await handle.waits.wait("read", patience.left("recv"), options?.signal);
    checkStillThere(into, byteLength);
  }
}

function receivedOtherwise(): SocketError {
  const reason =
    "receive(), select() and iterating a socket take bytes without what is beside them: use them, or receiveMessage(), not both";
  return new SocketError("EINVAL", "recv", { cause: new Error(reason) });
}

function messaging(socket: BerkeleySocket, syscall: Syscall): PosixHandle & { readonly waits: Waits } {
  const handle = posixHandleOf(socket, syscall);
  if (handle.waits === undefined) throw new SocketError("ENOTCONN", syscall);
  return handle as PosixHandle & { readonly waits: Waits };
}

/** How long a call may wait still. */
interface Patience {
  /** In milliseconds. @throws {SocketError} `EAGAIN`: time is up. */
  left(syscall: Syscall): number;
}

function patienceOf(
  socket: BerkeleySocket,
  ofSocket: number,
  options: MessageOptions | undefined,
  flags: number,
): Patience {
  options?.signal?.throwIfAborted();
  const given = checkTimeout(options?.timeout ?? (ofSocket === 0 ? undefined : ofSocket));
  const mayWait = socket.blocking && (flags & (constants.MSG_DONTWAIT | constants.MSG_ERRQUEUE)) === 0;
  const most = !mayWait ? 0 : given < 0 ? Number.POSITIVE_INFINITY : given;
  const started = performance.now();
  return {
    left(syscall) {
      const left = most - (performance.now() - started);
      if (left <= 0) throw new SocketError("EAGAIN", syscall);
      return left;
    },
  };
}
