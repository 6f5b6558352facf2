import { type Address, type AddressFamily, type Received, SocketType, UnixAddress } from "@omnisock/core";
import type { Descriptor } from "../descriptor.ts";
import { failure } from "../failure.ts";
import { constants } from "../linux/constants.ts";
import { lengthOf } from "../memory.ts";
import { receiveWith, sendWith } from "../message.ts";
import { checkAddress, checkBytes, checkFd, checkFlags } from "./arguments.ts";
import { numeric } from "./names.ts";

const { MSG_CTRUNC, MSG_TRUNC } = constants;
/** Source: unix(7), SCM_MAX_FD. */
const MOST_DESCRIPTORS = 253;

/** What `sendMessage()` sends. */
export interface Message {
  readonly bytes: Uint8Array;
  /** Where to, of a datagram socket that is not connected. */
  readonly to?: Address | undefined;
  /** Descriptors to pass over a Unix socket: the receiver gets its own for the same open files. At most 253. */
  readonly descriptors?: readonly number[] | undefined;
}

/** What `receiveMessage()` found. */
export interface ReceivedMessage extends Received {
  /** The descriptors that were passed, open and the receiver's own: to be `Socket.adopt()`ed, or closed. */
  readonly descriptors: readonly number[];
  /** Whether there were more descriptors than asked for: those are closed again. */
  readonly isControlTruncated: boolean;
}

/** @throws {SocketError} The kernel's error. @throws {TypeError | RangeError} The message is not as it should be. */
export function sendMessage(descriptor: Descriptor, family: AddressFamily, message: Message, flags: number): number {
  const { bytes, to, descriptors = [] } = Object(message) as Partial<Message>;
  checkBytes(bytes as Uint8Array);
  if (!Array.isArray(descriptors)) throw new TypeError("A message's descriptors are an array of numbers");
  if (descriptors.length > MOST_DESCRIPTORS) {
    throw new RangeError(`A message has at most ${MOST_DESCRIPTORS} descriptors, not ${descriptors.length}`);
  }
  const fds = Array.from(descriptors as readonly number[], checkFd);
  const [address] = to === undefined ? [undefined] : numeric(checkAddress("sendMessage", to), family, "send");
  const result = sendWith(descriptor, bytes as Uint8Array, address, fds, checkFlags(flags));
  if (result < 0) throw failure(-result, "send", to);
  return result;
}

/** @throws {SocketError} The kernel's error. @throws {TypeError | RangeError} An argument is not as it should be. */
export function receiveMessage(
  descriptor: Descriptor,
  type: SocketType,
  into: Uint8Array,
  most: number,
  flags: number,
): ReceivedMessage {
  if (!(Number.isInteger(most) && most >= 0 && most <= MOST_DESCRIPTORS)) {
    throw new RangeError(`The most descriptors to receive are a whole number from 0 to ${MOST_DESCRIPTORS}`);
  }
  checkFlags(flags);
  const { result, from, fds, flags: told } = receiveWith(descriptor, checkBytes(into), most, flags);
  if (result < 0) throw failure(-result, "recv");
  return {
    byteLength: Math.min(result, lengthOf(into)),
    from: from ?? UnixAddress.UNNAMED,
    isTruncated: type === SocketType.DGRAM && (told & MSG_TRUNC) !== 0,
    descriptors: fds,
    isControlTruncated: (told & MSG_CTRUNC) !== 0,
  };
}
