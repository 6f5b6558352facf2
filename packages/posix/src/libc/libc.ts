/** The functions of the C library that this package calls: the one thing that the bindings bring. */

/** Memory that a call reads or fills before it returns; null where C takes NULL. */
type Memory = Uint8Array | null;

/**
 * Each is the function of that name, but for its result: where C gives -1 and sets errno, these give the negative errno, so
 * that no other call can come between.
 *
 * They check nothing. Whoever calls them answers for it that memory is as long as the call is told.
 *
 * Source: section 2 of the manual pages.
 */
export interface Calls {
  socket(family: number, type: number, protocol: number): number;
  socketpair(family: number, type: number, protocol: number, fds: Memory): number;
  bind(fd: number, address: Memory, length: number): number;
  listen(fd: number, backlog: number): number;
  accept4(fd: number, address: Memory, length: Memory, flags: number): number;
  connect(fd: number, address: Memory, length: number): number;
  getsockname(fd: number, address: Memory, length: Memory): number;
  getpeername(fd: number, address: Memory, length: Memory): number;
  getsockopt(fd: number, level: number, name: number, value: Memory, length: Memory): number;
  setsockopt(fd: number, level: number, name: number, value: Memory, length: number): number;
  send(fd: number, bytes: Memory, length: number, flags: number): number;
  sendto(fd: number, bytes: Memory, length: number, flags: number, to: Memory, toLength: number): number;
  recv(fd: number, into: Memory, length: number, flags: number): number;
  recvfrom(fd: number, into: Memory, length: number, flags: number, from: Memory, fromLength: Memory): number;
  sendmsg(fd: number, message: Memory, flags: number): number;
  recvmsg(fd: number, message: Memory, flags: number): number;
  sendmmsg(fd: number, messages: Memory, count: number, flags: number): number;
  recvmmsg(fd: number, messages: Memory, count: number, flags: number, timeout: Memory): number;
  shutdown(fd: number, how: number): number;
  close(fd: number): number;
  fcntl(fd: number, command: number, argument: number): number;
  ioctl(fd: number, request: number, argument: Memory): number;
  poll(fds: Memory, count: number, timeout: number): number;
  epoll_create1(flags: number): number;
  epoll_ctl(epoll: number, operation: number, fd: number, event: Memory): number;
  epoll_wait(epoll: number, events: Memory, most: number, timeout: number): number;
  eventfd(initial: number, flags: number): number;
  read(fd: number, into: Memory, length: number): number;
  write(fd: number, bytes: Memory, length: number): number;
}

/** The calls, and what else is needed of the C library and of the runtime's threads. */
export interface Libc extends Calls {
  if_nametoindex(name: string): number;
  if_indextoname(index: number, into: Memory): string | null;
  /** 0, or an `EAI_…` code. `found` is filled with a pointer. */
  getaddrinfo(host: string, service: string | null, hints: Memory, found: Memory): number;
  freeaddrinfo(list: bigint): void;
  /** Where memory begins, for a structure that points there. Whoever asks holds the memory until the call has returned. */
  address(bytes: Uint8Array): bigint;
  /** Copies from memory that is not the program's. */
  memcpy(into: Uint8Array, from: bigint, length: number): void;

  /** A copy in memory that is never freed, for a call that may outlive the thread that made it. */
  keep(bytes: Uint8Array): bigint;
  /**
   * `poll()` in a thread of the runtime's pool, which it blocks, also when the thread that asked for it ends; the process lives
   * as long. `fds` is where `keep()` has put them. undefined where the pool has no thread to spare.
   */
  readonly pollAside: ((fds: bigint, count: number, timeout: number, done: () => void) => void) | undefined;
  /** Calls `ready` when `fd` is readable, until stopped; undefined where the runtime's event loop cannot watch an fd. */
  readonly watch: ((fd: number, ready: () => void) => FdWatch) | undefined;
}

/** An fd in the runtime's own event loop. */
export interface FdWatch {
  start(): void;
  stop(): void;
  ref(): void;
  unref(): void;
}
