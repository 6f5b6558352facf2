/**
 * The C library through koffi, which runs on Node, Bun and Deno alike.
 *
 * Loaded when the first socket is made, and not before, so that a program on another platform, or without the permission,
 * gets a message that helps.
 *
 * Source: https://koffi.dev/functions, https://koffi.dev/poll
 */
import { createRequire } from "node:module";
import { versions } from "node:process";
import { isMainThread } from "node:worker_threads";
import type koffi from "koffi";
import { SystemMissing } from "./failure.ts";
import type { FdWatch, Libc } from "./libc.ts";

type Koffi = typeof koffi;
/** What koffi makes of a prototype. */
type Bound = ((...values: never[]) => number) & {
  async(...valuesAndDone: unknown[]): void;
};

/** @throws {SystemMissing} koffi cannot be loaded: not installed, or Deno does not permit it. */
export function koffiLibc(): Libc {
  const koffi = loaded();
  // The C library that the process is linked with, glibc or musl, has no need of a name.
  const process = koffi.load(null);
  const plain = (prototype: string): Bound => process.func(prototype) as unknown as Bound;
  const call = <F extends (...values: never[]) => number>(prototype: string): F => {
    const bound = plain(prototype);
    const checked = (...values: never[]): number => {
      const result = bound(...values);
      return result < 0 ? -koffi.errno() : result;
    };
    return checked as F;
  };
  const poll = plain("int poll(uintptr_t fds, ulong count, int timeout)");
  const calloc = plain("uintptr_t calloc(size_t count, size_t size)") as unknown as (
    count: number,
    size: number,
  ) => bigint | number;
  const fill = plain("uintptr_t memcpy(uintptr_t into, void *from, size_t length)") as unknown as (
    into: bigint,
    from: Uint8Array,
    length: number,
  ) => void;
  const close = plain("int close(int fd)");
  const recv = plain("int64 recv(int fd, void *into, size_t length, int flags)") as unknown as Libc["recv"];
  const send = plain("int64 send(int fd, void *bytes, size_t length, int flags)") as unknown as Libc["send"];
  return {
    socket: call("int socket(int family, int type, int protocol)"),
    socketpair: call("int socketpair(int family, int type, int protocol, void *fds)"),
    bind: call("int bind(int fd, void *address, uint length)"),
    listen: call("int listen(int fd, int backlog)"),
    accept4: call("int accept4(int fd, void *address, void *length, int flags)"),
    connect: call("int connect(int fd, void *address, uint length)"),
    getsockname: call("int getsockname(int fd, void *address, void *length)"),
    getpeername: call("int getpeername(int fd, void *address, void *length)"),
    getsockopt: call("int getsockopt(int fd, int level, int name, void *value, void *length)"),
    setsockopt: call("int setsockopt(int fd, int level, int name, void *value, uint length)"),
    // The two that matter most, without the cost of an argument list.
    send(fd, bytes, length, flags) {
      const sent = send(fd, bytes, length, flags);
      return sent < 0 ? -koffi.errno() : sent;
    },
    recv(fd, into, length, flags) {
      const received = recv(fd, into, length, flags);
      return received < 0 ? -koffi.errno() : received;
    },
    sendto: call("int64 sendto(int fd, void *bytes, size_t length, int flags, void *to, uint toLength)"),
    recvfrom: call("int64 recvfrom(int fd, void *into, size_t length, int flags, void *from, void *fromLength)"),
    sendmsg: call("int64 sendmsg(int fd, void *message, int flags)"),
    recvmsg: call("int64 recvmsg(int fd, void *message, int flags)"),
    sendmmsg: call("int sendmmsg(int fd, void *messages, uint count, int flags)"),
    shutdown: call("int shutdown(int fd, int how)"),
    close: call("int close(int fd)"),
    fcntl: call("int fcntl(int fd, int command, int argument)"),
    ioctl: call("int ioctl(int fd, ulong request, void *argument)"),
    poll: call("int poll(void *fds, ulong count, int timeout)"),
    epoll_create1: call("int epoll_create1(int flags)"),
    epoll_ctl: call("int epoll_ctl(int epoll, int operation, int fd, void *event)"),
    epoll_wait: call("int epoll_wait(int epoll, void *events, int most, int timeout)"),
    eventfd: call("int eventfd(uint initial, int flags)"),
    read: call("int64 read(int fd, void *into, size_t length)"),
    write: call("int64 write(int fd, void *bytes, size_t length)"),
    if_nametoindex: plain("uint if_nametoindex(str name)") as unknown as Libc["if_nametoindex"],
    if_indextoname: plain("str if_indextoname(uint index, void *into)") as unknown as Libc["if_indextoname"],
    getaddrinfo: plain(
      "int getaddrinfo(str host, str service, void *hints, void *found)",
    ) as unknown as Libc["getaddrinfo"],
    freeaddrinfo: plain("void freeaddrinfo(uintptr_t list)") as unknown as Libc["freeaddrinfo"],
    address: (bytes) => koffi.address(bytes),
    memcpy: plain("uintptr_t memcpy(void *into, uintptr_t from, size_t length)") as unknown as Libc["memcpy"],
    keep(bytes) {
      const address = BigInt(calloc(1, bytes.byteLength));
      if (address === 0n) throw new RangeError(`The system has no ${bytes.byteLength} bytes of memory`);
      fill(address, bytes, bytes.byteLength);
      return address;
    },
    pollAside: hasThreadToSpare() ? (fds, count, done) => poll.async(fds, count, -1, done) : undefined,
    closeAside: (fd, done) => close.async(fd, done),
    watch: isNode() ? (fd, ready) => watch(koffi, fd, ready) : undefined,
  };
}

/** In Bun `koffi.node.poll` ends the process, and in Deno it fires once: only Node's event loop is libuv's. */
function isNode(): boolean {
  const { bun, deno } = versions;
  return bun === undefined && deno === undefined;
}

/** Bun has as few as two such threads, for the whole process: one may wait for the main thread's sockets, and no more. */
function hasThreadToSpare(): boolean {
  const { bun } = versions;
  return bun === undefined || isMainThread;
}

function watch(koffi: Koffi, fd: number, ready: () => void): FdWatch {
  const poll = koffi.node.poll(fd, { readable: true }, ready);
  return {
    start: () => poll.start({ readable: true }, ready),
    stop: () => poll.stop(),
    ref: () => poll.ref(),
    unref: () => poll.unref(),
  };
}

function loaded(): Koffi {
  try {
    return createRequire(import.meta.url)("koffi") as Koffi;
  } catch (cause) {
    const { deno } = versions;
    const isForbidden = deno !== undefined && (cause as Error).name === "NotCapable";
    const help = isForbidden ? "Deno needs --allow-ffi." : "Is it installed, with its binary for this platform?";
    const message = `@omnisock/posix cannot load koffi, by which it calls the system. ${help}`;
    throw new SystemMissing(isForbidden ? "EACCES" : "EOPNOTSUPP", message, cause);
  }
}
