/** Options of sockets that are not this package's: of a native adapter, or of the runtime itself. */
import { type OptionToGet, type OptionToSet, SocketError } from "@omnisock/core";
import { checkFd, checkOption } from "./arguments.ts";
import { getOptionOfFd, setOptionOfFd } from "./options.ts";

/**
 * Sets an option of the socket that has this descriptor: one that its own runtime cannot set.
 *
 * @param fd Of a socket that is open, as long as this call lasts: its owner's number, such as Bun's `socket.fd`.
 * @throws {SocketError} `EBADF`: nothing is open there. `EAFNOSUPPORT`: no socket is. `ENOPROTOOPT`, `EOPNOTSUPP`: no option
 * of such a socket.
 * @throws {TypeError | RangeError} An argument is not as it should be.
 *
 * Source: setsockopt(2).
 *
 * @example
 * ```ts
 * setOptionOn(socket.fd, SO_RCVBUF, 1 << 20);
 * ```
 */
export function setOptionOn<Value>(fd: number, option: OptionToSet<Value>, value: Value): void {
  checkFd(fd);
  checkOption("setOptionOn", option);
  if (typeof option.check !== "function") throw new SocketError("ENOPROTOOPT", "setsockopt", { option: option.name });
  setOptionOfFd(fd, option, option.check(value));
}

/** What the kernel says of an option of the socket that has this descriptor. @throws As `setOptionOn()`. Source: getsockopt(2). */
export function getOptionOn<Value>(fd: number, option: OptionToGet<Value>): Value {
  checkFd(fd);
  checkOption("getOptionOn", option);
  return getOptionOfFd(fd, option) as Value;
}
