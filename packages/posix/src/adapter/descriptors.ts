/** Descriptors in and out of sockets with promises: adopted, told, and handed on. */
import {
  type AddressFamily,
  type Socket as BerkeleySocket,
  type Connection,
  type IpFamily,
  releaseHandle,
  type SocketConstructor,
  SocketError,
  type SocketType,
  socketFor,
  UnixAddress,
} from "@omnisock/core";
import { adopted, closeOnExec, peerCredentials as credentialsOf, isListening } from "../adopted.ts";
import type { Credentials } from "../ancillary.ts";
import { checkRaw } from "../arguments.ts";
import { askNumber, localAddressOf, openPair, openRaw, remoteAddressOf, setBlocking } from "../calls.ts";
import type { Descriptor } from "../descriptor.ts";
import { constants } from "../linux/constants.ts";
import { type TcpInfo, tcpInfoOf } from "../tcp-info.ts";
import { PosixDatagrams } from "./posix-datagrams.ts";
import { anyHandleOf, checkHandle, posixHandleOf } from "./posix-handle.ts";
import { PosixListener } from "./posix-listener.ts";
import { PosixStream } from "./posix-stream.ts";

/** `adopt()`, as a socket of this class. */
export function adoptAs(Socket: SocketConstructor, fd: number): BerkeleySocket {
  const { descriptor, family, type } = adopted(fd);
  descriptor.isShared = true;
  try {
    const socket = made(Socket, descriptor, family, type);
    setBlocking(descriptor, false);
    closeOnExec(descriptor);
    return socket;
  } catch (error) {
    // It is the caller's still.
    descriptor.detach();
    throw error;
  }
}

/** Two Unix streams that are connected to each other, as sockets of this class. @throws {SocketError} `EMFILE` */
export function pairAs(Socket: SocketConstructor): [Connection, Connection] {
  const pair = openPair("STREAM", false);
  try {
    return pair.map((descriptor) => made(Socket, descriptor, "UNIX", "STREAM")) as unknown as [Connection, Connection];
  } catch (error) {
    for (const descriptor of pair) descriptor.close();
    throw error;
  }
}

/** `rawSocket()`, as a socket of this class. */
export function rawAs(Socket: SocketConstructor, family: IpFamily, protocol: number): BerkeleySocket {
  checkRaw(family, protocol);
  const descriptor = openRaw(family, protocol, false);
  try {
    return made(Socket, descriptor, family, "DGRAM");
  } catch (error) {
    descriptor.close();
    throw error;
  }
}

function made(
  Socket: SocketConstructor,
  descriptor: Descriptor,
  family: AddressFamily,
  type: SocketType,
): BerkeleySocket {
  const local = localAddressOf(descriptor) ?? UnixAddress.UNNAMED;
  const remote = remoteAddressOf(descriptor);
  if (type === "DGRAM") {
    return socketFor(Socket, family, type, {
      datagrams: (bound) => PosixDatagrams.adopt(descriptor, local, remote !== undefined, bound),
      peer: remote,
    });
  }
  if (isListening(descriptor)) {
    return socketFor(Socket, family, type, {
      listener: (listening) => PosixListener.adopt(type, descriptor, local, listening),
    });
  }
  if (remote === undefined) throw new SocketError("ENOTCONN", "socket");
  return socketFor(Socket, family, type, {
    stream: (connected) => void new PosixStream({ type, descriptor, local, remote }, connected),
  });
}

/**
 * The number of a socket's descriptor, which stays the socket's: for other functions that take one, such as `setOptionOn()`.
 *
 * Of a native adapter's sockets, Bun's tell it; Node's and Deno's own API does not.
 *
 * @throws {SocketError} `EBADF`: it is closed, or not bound, listening or connected yet.
 * @throws {TypeError} It is a socket of an adapter that does not tell it.
 */
export function fdOf(socket: BerkeleySocket): number {
  const told = anyHandleOf(socket, "socket");
  if ("fd" in told && typeof told.fd === "number") return told.fd;
  const { descriptor } = checkHandle(told);
  descriptor.isShared = true;
  return descriptor.fdFor("socket");
}

/**
 * Gives a socket's descriptor away: the socket is closed from now on, and somebody else is to close the number.
 *
 * @throws {SocketError} `EBADF`: as `fdOf()`. `EINVAL`: a call waits, or bytes, datagrams or connections that have come
 * were not received; then nothing has changed.
 * @throws {TypeError} It is a socket of another adapter.
 *
 * @example
 * ```ts
 * const fd = detach(listener);
 * const blocking = SyncSocket.adopt(fd);
 * ```
 */
export function detach(socket: BerkeleySocket): number {
  // Checked before anything is let go of.
  const { descriptor, isAwaited } = posixHandleOf(socket, "socket");
  descriptor.fdFor("socket");
  if (isAwaited) throw new SocketError("EINVAL", "socket");
  descriptor.isShared = true;
  checkHandle(releaseHandle(socket)).release();
  return descriptor.detach();
}

/**
 * Who was at the other end of a Unix connection when it was made, or made both with `socketPair()`. Without either, the pid is
 * 0, the uid and the gid 4294967295.
 *
 * @throws {SocketError} `EOPNOTSUPP`: not a Unix socket. `EBADF`: as `fdOf()`.
 * @throws {TypeError} It is a socket of another adapter.
 *
 * Source: unix(7), SO_PEERCRED.
 */
export function peerCredentials(socket: BerkeleySocket): Credentials {
  return credentialsOf(posixHandleOf(socket, "getsockopt").descriptor, socket.family);
}

/**
 * What the kernel knows of a TCP socket, its own name for the state among it.
 *
 * @throws {SocketError} `EOPNOTSUPP` or `ENOPROTOOPT`: it is no TCP socket. `EBADF`: as `fdOf()`.
 *
 * Source: tcp(7), TCP_INFO.
 */
export function tcpInfo(socket: BerkeleySocket): TcpInfo {
  return tcpInfoOf(posixHandleOf(socket, "getsockopt").descriptor);
}

/**
 * Whether the next byte to receive is the one after the urgent one.
 *
 * @throws {SocketError} `EOPNOTSUPP`: a socket of datagrams or packets, where nothing is urgent. `EBADF`: as `fdOf()`.
 * @throws {TypeError} It is a socket of another adapter.
 *
 * Source: sockatmark(3).
 */
export function isAtMark(socket: BerkeleySocket): boolean {
  return askNumber(posixHandleOf(socket, "recv").descriptor, constants.SIOCATMARK) !== 0;
}
