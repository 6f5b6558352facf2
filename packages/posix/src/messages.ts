import {
  type Address,
  type AddressFamily,
  type Received,
  SocketError,
  SocketType,
  type Syscall,
  UnixAddress,
} from "@omnisock/core";
import type { Credentials, Notes } from "./ancillary.ts";
import { checkAddress, checkBytes, checkFd } from "./arguments.ts";
import { constants } from "./linux/constants.ts";
import { lengthOf } from "./memory.ts";
import type { Outbound, ReceivedWith } from "./message.ts";

const { MSG_CTRUNC, MSG_TRUNC } = constants;
/** Source: unix(7), SCM_MAX_FD. */
const MOST_DESCRIPTORS = 253;
const MOST_ID = 2 ** 32 - 1;

/** What `sendMessage()` sends. */
export interface Message {
  readonly bytes: Uint8Array;
  /** Where to, of a datagram socket that is not connected. */
  readonly to?: Address | undefined;
  /** Descriptors to pass over a Unix socket: the receiver gets its own for the same open files. At most 253. */
  readonly descriptors?: readonly number[] | undefined;
  /**
   * Who to say that it comes from, over a Unix socket whose peer has `SO_PASSCRED`: the system checks that it is true, unless
   * the process is privileged. Default: what is true.
   */
  readonly credentials?: Credentials | undefined;
}

/** What `receiveMessage()` found. */
export interface ReceivedMessage extends Received, Notes {
  /** The descriptors that were passed, open and the receiver's own: to be `adopt()`ed, or closed. */
  readonly descriptors: readonly number[];
  /**
   * Whether there were more descriptors than asked for, or than this process may open: those are closed again. The kernel does not
   * say which.
   */
  readonly isControlTruncated: boolean;
}

/** @param numeric Finds the numeric address. @throws {TypeError | RangeError} The message is not as it should be. */
export function checkMessage(
  message: Message,
  family: AddressFamily,
  numeric: (to: Address, family: AddressFamily, syscall: Syscall) => readonly Address[],
): Outbound {
  const { bytes, to, descriptors = [], credentials } = Object(message) as Partial<Message>;
  checkBytes(bytes as Uint8Array);
  if (!Array.isArray(descriptors)) throw new TypeError("A message's descriptors are an array of numbers");
  if (descriptors.length > MOST_DESCRIPTORS) {
    throw new RangeError(`A message has at most ${MOST_DESCRIPTORS} descriptors, not ${descriptors.length}`);
  }
  const fds = Array.from(descriptors as readonly number[], checkFd);
  const [address] = to === undefined ? [undefined] : numeric(checkAddress("sendMessage", to), family, "send");
  return { bytes: bytes as Uint8Array, to: address, fds, credentials: checkCredentials(credentials) };
}

function checkCredentials(credentials: Credentials | undefined): Credentials | undefined {
  if (credentials === undefined) return undefined;
  const { pid, uid, gid } = Object(credentials) as Credentials;
  for (const id of [pid, uid, gid]) {
    if (!(Number.isInteger(id) && id >= 0 && id <= MOST_ID)) {
      throw new RangeError(`Credentials are a pid, a uid and a gid from 0 up, not ${String(id)}`);
    }
  }
  return { pid, uid, gid };
}

/** For a promise's verbs: a name would have to be looked up first. @throws {SocketError} `EAFNOSUPPORT` @throws {TypeError} */
export function onlyNumeric(to: Address, family: AddressFamily, syscall: Syscall): readonly Address[] {
  if (to.family !== family) throw new SocketError("EAFNOSUPPORT", syscall, { at: to });
  if (!to.isNumeric) throw new TypeError(`${to.host} is a name: give a message a numeric address`);
  return [to];
}

/** @throws {RangeError} */
export function checkMost(most: number): number {
  if (Number.isInteger(most) && most >= 0 && most <= MOST_DESCRIPTORS) return most;
  throw new RangeError(`The most descriptors to receive are a whole number from 0 to ${MOST_DESCRIPTORS}`);
}

export function receivedMessage(
  { result, from, fds, notes, flags }: ReceivedWith,
  into: Uint8Array,
  type: SocketType,
): ReceivedMessage {
  return {
    byteLength: Math.min(result, lengthOf(into)),
    from: from ?? UnixAddress.UNNAMED,
    isTruncated: type !== SocketType.STREAM && (flags & MSG_TRUNC) !== 0,
    descriptors: fds,
    isControlTruncated: (flags & MSG_CTRUNC) !== 0,
    ...notes,
  };
}
