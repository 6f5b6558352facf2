import type { Calls } from "./libc.ts";

/** What a parameter is in C: int, unsigned int, size_t (or unsigned long), or a pointer. */
export type Kind = "int" | "uint" | "size" | "memory";

/**
 * The parameters of each call. Each binding has its own names for the kinds.
 *
 * All results are read as int: a length that Linux returns is less than 2³¹. Source: section 2 of the manual pages; read(2).
 */
const signatures: Readonly<Record<keyof Calls, readonly Kind[]>> = {
  accept4: ["int", "memory", "memory", "int"],
  bind: ["int", "memory", "uint"],
  close: ["int"],
  connect: ["int", "memory", "uint"],
  epoll_create1: ["int"],
  epoll_ctl: ["int", "int", "int", "memory"],
  epoll_wait: ["int", "memory", "int", "int"],
  eventfd: ["uint", "int"],
  fcntl: ["int", "int", "int"],
  getpeername: ["int", "memory", "memory"],
  getsockname: ["int", "memory", "memory"],
  getsockopt: ["int", "int", "int", "memory", "memory"],
  ioctl: ["int", "size", "memory"],
  listen: ["int", "int"],
  poll: ["memory", "size", "int"],
  read: ["int", "memory", "size"],
  recv: ["int", "memory", "size", "int"],
  recvfrom: ["int", "memory", "size", "int", "memory", "memory"],
  recvmmsg: ["int", "memory", "uint", "int", "memory"],
  recvmsg: ["int", "memory", "int"],
  send: ["int", "memory", "size", "int"],
  sendmmsg: ["int", "memory", "uint", "int"],
  sendmsg: ["int", "memory", "int"],
  sendto: ["int", "memory", "size", "int", "memory", "uint"],
  setsockopt: ["int", "int", "int", "memory", "uint"],
  shutdown: ["int", "int"],
  socket: ["int", "int", "int"],
  socketpair: ["int", "int", "int", "memory"],
  write: ["int", "memory", "size"],
};

/** Something for every call, made of its name and its parameters. */
export function forEachCall<T>(make: (name: keyof Calls, parameters: readonly Kind[]) => T): Record<keyof Calls, T> {
  const entries = Object.entries(signatures).map(([name, kinds]) => [name, make(name as keyof Calls, kinds)]);
  return Object.fromEntries(entries) as Record<keyof Calls, T>;
}
