import { AddressFamily, SocketError, SocketType, type Syscall } from "@omnisock/core";
import { type Credentials, credentialsAt } from "./ancillary.ts";
import { checkFd } from "./arguments.ts";
import { Descriptor, isOwned } from "./descriptor.ts";
import { checked } from "./failure.ts";
import { constants } from "./linux/constants.ts";
import { layouts } from "./linux/layouts.ts";
import { type Block, block } from "./memory.ts";
import { families, types } from "./sockaddr.ts";
import { system } from "./system.ts";

const { SOL_SOCKET, SO_DOMAIN, SO_TYPE, SO_PEERCRED } = constants;
const { ucred: UCRED } = layouts;

/**
 * What an open descriptor is, which has no owner yet.
 *
 * @throws {SocketError} `EBADF`; `EAFNOSUPPORT`: these sockets are not for it; `EINVAL`: another socket of this thread has it.
 */
export function adopted(fd: number): { descriptor: Descriptor; family: AddressFamily; type: SocketType } {
  checkFd(fd);
  if (isOwned(fd)) throw new SocketError("EINVAL", "socket");
  const domain = ask(fd, SO_DOMAIN, 4, "socket").view.getInt32(0, true);
  const kind = ask(fd, SO_TYPE, 4, "socket").view.getInt32(0, true);
  const family = Object.values(AddressFamily).find((one) => families[one] === domain);
  const isRaw = kind === constants.SOCK_RAW;
  const type = isRaw ? SocketType.DGRAM : Object.values(SocketType).find((one) => types[one] === kind);
  if (family === undefined || type === undefined) throw new SocketError("EAFNOSUPPORT", "socket");
  const descriptor = new Descriptor(fd);
  descriptor.isRaw = isRaw;
  return { descriptor, family, type };
}

/** Keeps it from every program that this one starts. */
export function closeOnExec(descriptor: Descriptor): void {
  checked(system().libc.fcntl(descriptor.fdFor("socket"), constants.F_SETFD, constants.FD_CLOEXEC), "socket");
}

export function peerCredentials(descriptor: Descriptor, family: AddressFamily): Credentials {
  const fd = descriptor.fdFor("getsockopt");
  if (family !== AddressFamily.UNIX) throw new SocketError("EOPNOTSUPP", "getsockopt", { option: "SO_PEERCRED" });
  const { view } = ask(fd, SO_PEERCRED, UCRED.size, "getsockopt");
  return credentialsAt(view, 0);
}

function ask(fd: number, name: number, size: number, syscall: Syscall): Block {
  const value = block(size);
  const length = block(4);
  length.view.setUint32(0, size, true);
  checked(system().libc.getsockopt(fd, SOL_SOCKET, name, value.bytes, length.bytes), syscall);
  return value;
}

/** Whether connections can be accepted. */
export function isListening(descriptor: Descriptor): boolean {
  return ask(descriptor.fdFor("socket"), constants.SO_ACCEPTCONN, 4, "socket").view.getInt32(0, true) !== 0;
}
