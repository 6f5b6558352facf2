import { AddressFamily, type IpFamily, SocketType } from "@omnisock/core";
import { checkKind, checkRaw } from "../arguments.ts";
import { openPair, openRaw } from "../calls.ts";
import { type Socket, socketOf } from "./socket.ts";

/**
 * Two Unix sockets, connected to each other.
 *
 * @param type What they carry. Default: `SocketType.STREAM`.
 * @throws {SocketError} `EMFILE`: this process has too many open files.
 *
 * Source: socketpair(2).
 */
export function socketPair(type: SocketType = SocketType.STREAM): [Socket, Socket] {
  checkKind(AddressFamily.UNIX, type);
  const [one, two] = openPair(type, true);
  return [socketOf(one, AddressFamily.UNIX, type), socketOf(two, AddressFamily.UNIX, type)];
}

/**
 * A raw socket: what it sends and receives are packets of an IP protocol, as datagrams whose port is 0. Those received over
 * IPv4 begin with the IP header.
 *
 * @param protocol Its number, such as `ProtocolType.ICMP`; with 255 what is sent begins with the IP header.
 * @throws {SocketError} `EPERM`: not permitted; it needs CAP_NET_RAW.
 * @throws {TypeError | RangeError} An argument is not as it should be.
 *
 * Source: raw(7).
 */
export function rawSocket(family: IpFamily, protocol: number): Socket {
  checkRaw(family, protocol);
  return socketOf(openRaw(family, protocol, true), family, SocketType.DGRAM);
}
