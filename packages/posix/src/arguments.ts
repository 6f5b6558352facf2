/** What a caller may hand in: checked before any call, for the kernel would take a wrong one at its word. */
import {
  type Address,
  AddressFamily,
  checkEmpty,
  Internet6Address,
  InternetAddress,
  SocketType,
  UnixAddress,
} from "@omnisock/core";
import { constants } from "./linux/constants.ts";

const {
  MSG_ERRQUEUE,
  MSG_OOB,
  MSG_PEEK,
  MSG_DONTROUTE,
  MSG_TRUNC,
  MSG_DONTWAIT,
  MSG_EOR,
  MSG_WAITALL,
  MSG_NOSIGNAL,
  MSG_MORE,
} = constants;

/** The flags that leave nothing behind: no descriptor that nobody would close, no buffer that the kernel goes on using. */
const KNOWN_FLAGS =
  MSG_ERRQUEUE |
  MSG_OOB |
  MSG_PEEK |
  MSG_DONTROUTE |
  MSG_TRUNC |
  MSG_DONTWAIT |
  MSG_EOR |
  MSG_WAITALL |
  MSG_NOSIGNAL |
  MSG_MORE;

/** The most that C's int holds: descriptors, flags, and the milliseconds that poll(2) takes. */
const MOST_INT = 2 ** 31 - 1;

const MOST_PROTOCOL = 255;

/** @throws {TypeError} */
export function checkBytes(bytes: Uint8Array): Uint8Array {
  if (bytes instanceof Uint8Array) {
    if (bytes.length === 0) checkEmpty(bytes);
    return bytes;
  }
  throw new TypeError(`Bytes are a Uint8Array, not ${typeof bytes}: encode text with a TextEncoder`);
}

/** @throws {TypeError | RangeError} */
export function checkFlags(flags: number): number {
  if (typeof flags !== "number") throw new TypeError(`Flags are a number, such as MSG_PEEK, not ${typeof flags}`);
  // What is more would be cut down to 32 bits before it is compared.
  if (Number.isInteger(flags) && flags >= 0 && flags <= MOST_INT && (flags & ~KNOWN_FLAGS) === 0) return flags;
  throw new RangeError(`Flags are a combination of the MSG_ constants, not ${flags}`);
}

/** @throws {TypeError} */
export function checkAddress(verb: string, at: Address): Address {
  const isOne = [InternetAddress, Internet6Address, UnixAddress].some((kind) => at instanceof kind);
  if (isOne) return at;
  throw new TypeError(`${verb}() needs an address, such as an InternetAddress, not ${String(at)}`);
}

/** @throws {RangeError} */
export function checkBacklog(backlog: number): number {
  if (Number.isInteger(backlog) && backlog > 0 && backlog <= MOST_INT) return backlog;
  throw new RangeError(`A backlog is a whole number from 1 up, not ${String(backlog)}`);
}

/** The time in whole milliseconds, rounded up, -1 for no limit. @throws {TypeError | RangeError} */
export function checkTimeout(timeout: number | undefined): number {
  if (timeout === undefined || timeout === Number.POSITIVE_INFINITY) return -1;
  if (typeof timeout !== "number") throw new TypeError(`A timeout is a number of milliseconds, not ${typeof timeout}`);
  if (timeout >= 0 && timeout <= MOST_INT) return Math.ceil(timeout);
  throw new RangeError(`A timeout is 0 to ${MOST_INT} milliseconds, or Infinity, not ${timeout}`);
}

/** @throws {TypeError} */
export function checkKind(family: AddressFamily, type: SocketType): void {
  if (!Object.values(AddressFamily).includes(family)) throw new TypeError(`${String(family)} is no AddressFamily`);
  if (!Object.values(SocketType).includes(type)) throw new TypeError(`${String(type)} is no SocketType`);
}

/** Of a raw socket. @throws {TypeError | RangeError} */
export function checkRaw(family: AddressFamily, protocol: number): void {
  if (family !== AddressFamily.INET && family !== AddressFamily.INET6) {
    throw new TypeError(`A raw socket is of AddressFamily.INET or INET6, not ${String(family)}`);
  }
  if (typeof protocol !== "number") throw new TypeError(`A protocol is a number, not ${typeof protocol}`);
  if (Number.isInteger(protocol) && protocol >= 0 && protocol <= MOST_PROTOCOL) return;
  throw new RangeError(`A protocol is a whole number from 0 to ${MOST_PROTOCOL}, not ${protocol}`);
}

/** A descriptor's number, from another program's hands. @throws {TypeError | RangeError} */
export function checkFd(fd: number): number {
  if (typeof fd !== "number") throw new TypeError(`A file descriptor is a number, not ${typeof fd}`);
  if (Number.isInteger(fd) && fd >= 0 && fd <= MOST_INT) return fd;
  throw new RangeError(`A file descriptor is a whole number from 0 up, not ${fd}`);
}

/** @throws {TypeError} An option that the verb cannot take. */
export function checkOption(verb: string, option: { readonly name?: unknown } | undefined): void {
  if (typeof option?.name === "string") return;
  throw new TypeError(`${verb}() needs an option, such as TCP_NODELAY, not ${String(option)}`);
}
