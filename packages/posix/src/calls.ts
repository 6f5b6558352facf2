/** The calls on a socket, on the descriptor that owns it, with EINTR seen to. Lengths are those of the memory given. */
import { type Address, type AddressFamily, SocketShutdown, type SocketType, type Syscall } from "@omnisock/core";
import { Descriptor, described } from "./descriptor.ts";
import { checked } from "./failure.ts";
import { constants } from "./linux/constants.ts";
import { EAGAIN, EINTR, ENOTCONN } from "./linux/errno.ts";
import { block, lengthOf } from "./memory.ts";
import { Patience } from "./patience.ts";
import { families, SockaddrBuffer, sockaddrOf, types } from "./sockaddr.ts";
import { system } from "./system.ts";

const { SOCK_CLOEXEC, SOCK_NONBLOCK, MSG_NOSIGNAL, O_NONBLOCK } = constants;

const directions: Readonly<Record<SocketShutdown, number>> = {
  [SocketShutdown.RECEIVE]: constants.SHUT_RD,
  [SocketShutdown.SEND]: constants.SHUT_WR,
  [SocketShutdown.BOTH]: constants.SHUT_RDWR,
};

/** No call moves more, and Deno takes no length of 4 GiB. Source: read(2), NOTES. */
const MOST_BYTES = 0x7fff_f000;

/** Where the kernel puts addresses; each is decoded before the next call. */
const peer = new SockaddrBuffer();

/** As socket(2), never inherited by a program that this one starts. */
export function openSocket(family: AddressFamily, type: SocketType, blocking: boolean): Descriptor {
  const flags = SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK);
  return described(system().libc.socket(families[family], types[type] | flags, 0));
}

/** As `openSocket()`, of a raw socket. */
export function openRaw(family: AddressFamily, protocol: number, blocking: boolean): Descriptor {
  const flags = SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK);
  const descriptor = described(system().libc.socket(families[family], constants.SOCK_RAW | flags, protocol));
  descriptor.isRaw = true;
  return descriptor;
}

/** Two connected Unix sockets, as socketpair(2). */
export function openPair(type: SocketType, blocking: boolean): [Descriptor, Descriptor] {
  const { bytes, view } = block(8);
  const flags = SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK);
  checked(system().libc.socketpair(constants.AF_UNIX, types[type] | flags, 0, bytes), "socket");
  return [new Descriptor(view.getInt32(0, true)), new Descriptor(view.getInt32(4, true))];
}

export function bindTo(descriptor: Descriptor, at: Address): void {
  const address = sockaddrOf(at, "bind");
  checked(system().libc.bind(descriptor.fdFor("bind"), address, address.length), "bind", at);
}

export function listenOn(descriptor: Descriptor, backlog: number, at: Address | undefined): void {
  checked(system().libc.listen(descriptor.fdFor("listen"), backlog), "listen", at);
}

/** The fd of the next connection, or a negative errno; `accepted` tells who it is. */
export function acceptOn(descriptor: Descriptor, blocking: boolean): number {
  const { libc } = system();
  for (let patience: Patience | undefined; ; ) {
    peer.reset();
    const flags = SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK);
    const result = libc.accept4(descriptor.fdFor("accept"), peer.address.bytes, peer.length.bytes, flags);
    if (result !== -EINTR) return result;
    patience ??= new Patience(descriptor, "SO_RCVTIMEO");
    if (!patience.wait()) return -EAGAIN;
  }
}

/** Who the connection that was accepted last, or the datagram that was received last, came from. */
export function lastPeer(): Address | undefined {
  return peer.decode();
}

/** 0 or a negative errno. After EINTR the connection is being made, as after EINPROGRESS, but for that of a Unix socket. */
export function connectTo(descriptor: Descriptor, to: Address): number {
  const address = sockaddrOf(to, "connect");
  return system().libc.connect(descriptor.fdFor("connect"), address, address.length);
}

export function localAddressOf(descriptor: Descriptor): Address | undefined {
  const { libc } = system();
  peer.reset();
  checked(libc.getsockname(descriptor.fdFor("getsockname"), peer.address.bytes, peer.length.bytes), "getsockname");
  return peer.decode();
}

/** undefined: not connected. */
export function remoteAddressOf(descriptor: Descriptor): Address | undefined {
  const { libc } = system();
  peer.reset();
  const result = libc.getpeername(descriptor.fdFor("getpeername"), peer.address.bytes, peer.length.bytes);
  if (result === -ENOTCONN) return undefined;
  checked(result, "getpeername");
  return peer.decode();
}

function lengthToPass(bytes: Uint8Array): number {
  return Math.min(lengthOf(bytes), MOST_BYTES);
}

/** Bytes received, or a negative errno. */
export function receiveInto(descriptor: Descriptor, into: Uint8Array, flags: number): number {
  const { libc } = system();
  for (let patience: Patience | undefined; ; ) {
    const result = libc.recv(descriptor.fdFor("recv"), into, lengthToPass(into), flags);
    if (result !== -EINTR) return result;
    patience ??= new Patience(descriptor, "SO_RCVTIMEO");
    if (!patience.wait()) return -EAGAIN;
  }
}

/** As `receiveInto()`; `lastPeer()` tells from whom. */
export function receiveFromInto(descriptor: Descriptor, into: Uint8Array, flags: number): number {
  const { libc } = system();
  for (let patience: Patience | undefined; ; ) {
    peer.reset();
    const fd = descriptor.fdFor("recv");
    const result = libc.recvfrom(fd, into, lengthToPass(into), flags, peer.address.bytes, peer.length.bytes);
    if (result !== -EINTR) return result;
    patience ??= new Patience(descriptor, "SO_RCVTIMEO");
    if (!patience.wait()) return -EAGAIN;
  }
}

/** Bytes taken, or a negative errno; never SIGPIPE. */
export function sendBytes(descriptor: Descriptor, bytes: Uint8Array, flags: number): number {
  const { libc } = system();
  for (let patience: Patience | undefined; ; ) {
    const result = libc.send(descriptor.fdFor("send"), bytes, lengthToPass(bytes), flags | MSG_NOSIGNAL);
    if (result !== -EINTR) return result;
    patience ??= new Patience(descriptor, "SO_SNDTIMEO");
    if (!patience.wait()) return -EAGAIN;
  }
}

/** As `sendBytes()`, to an address. */
export function sendBytesTo(descriptor: Descriptor, bytes: Uint8Array, to: Address, flags: number): number {
  const { libc } = system();
  const address = sockaddrOf(to, "send");
  for (let patience: Patience | undefined; ; ) {
    const fd = descriptor.fdFor("send");
    const result = libc.sendto(fd, bytes, lengthToPass(bytes), flags | MSG_NOSIGNAL, address, address.length);
    if (result !== -EINTR) return result;
    patience ??= new Patience(descriptor, "SO_SNDTIMEO");
    if (!patience.wait()) return -EAGAIN;
  }
}

export function shutDown(descriptor: Descriptor, how: SocketShutdown): void {
  checked(system().libc.shutdown(descriptor.fdFor("shutdown"), directions[how]), "shutdown");
}

/** Whether calls wait: O_NONBLOCK is not set. */
export function isBlocking(descriptor: Descriptor): boolean {
  return (statusOf(descriptor, "getsockopt") & O_NONBLOCK) === 0;
}

export function setBlocking(descriptor: Descriptor, blocking: boolean): void {
  const status = statusOf(descriptor, "setsockopt");
  const wanted = blocking ? status & ~O_NONBLOCK : status | O_NONBLOCK;
  checked(system().libc.fcntl(descriptor.fdFor("setsockopt"), constants.F_SETFL, wanted), "setsockopt");
}

function statusOf(descriptor: Descriptor, syscall: Syscall): number {
  return checked(system().libc.fcntl(descriptor.fdFor(syscall), constants.F_GETFL, 0), syscall);
}

/** What an ioctl(2) that gives an int says, such as SIOCATMARK. */
export function askNumber(descriptor: Descriptor, request: number): number {
  const { bytes, view } = block(4);
  checked(system().libc.ioctl(descriptor.fdFor("recv"), request, bytes), "recv");
  return view.getInt32(0, true);
}
