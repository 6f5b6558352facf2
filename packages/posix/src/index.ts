import {
  AddressFamily,
  type Socket as BerkeleySocket,
  type DatagramSocket,
  type IpFamily,
  type Names,
  names,
  type Shortcuts,
  type SocketConstructor,
  shortcuts,
  socketClass,
} from "@omnisock/core";
import { adapter } from "./adapter/adapter.ts";
import { adoptAs, detach, pairAs, rawAs } from "./adapter/descriptors.ts";
import { inherited } from "./inherited.ts";

export { fdOf, isAtMark, peerCredentials, tcpInfo } from "./adapter/descriptors.ts";
export { type MessageOptions, type ReceiveMessageOptions, receiveMessage, sendMessage } from "./adapter/messages.ts";
export type { Credentials, Notes, QueuedError } from "./ancillary.ts";
export * from "./flags.ts";
export type { Message, ReceivedMessage } from "./messages.ts";
export { getOptionOn, setOptionOn } from "./option-on.ts";
export * from "./posix-options.ts";
export type { TcpInfo, TcpState } from "./tcp-info.ts";
export { adapter, detach };

/** Berkeley sockets on the system calls. */
export const Socket: SocketConstructor = socketClass(adapter);
export type Socket = BerkeleySocket;

const makes: Shortcuts = shortcuts(adapter);
export const connect: Shortcuts["connect"] = makes.connect;
export const listen: Shortcuts["listen"] = makes.listen;

/** As every adapter's; of Unix sockets by socketpair(2), so that they have no names, and `receiveMessage()` is for both. */
export const socketPair: Shortcuts["socketPair"] = async (family = AddressFamily.UNIX) =>
  family === AddressFamily.UNIX ? pairAs(Socket) : makes.socketPair(family);

const finds: Names = names(adapter);
export const getAddress: Names["getAddress"] = finds.getAddress;
export const getAddresses: Names["getAddresses"] = finds.getAddresses;
export const getAddressInfo: Names["getAddressInfo"] = finds.getAddressInfo;
export const getHostByAddress: Names["getHostByAddress"] = finds.getHostByAddress;
export const getHostByName: Names["getHostByName"] = finds.getHostByName;

/**
 * A socket for a descriptor that is open already: inherited, passed on, or `detach()`ed elsewhere. It listens, is connected,
 * or is a datagram socket, as the system has it. From now on it is this socket's, and `close()` closes it.
 *
 * It does not block any more, for no process that has it.
 *
 * @throws {SocketError} `EBADF`: nothing is open there. `EAFNOSUPPORT`: no socket, or one of another kind. `ENOTCONN`: a stream that
 * neither listens nor is connected. `EINVAL`: another socket of this thread has it: `detach()` that first.
 * @throws {TypeError | RangeError} `fd` is no number of a descriptor.
 *
 * @example
 * ```ts
 * const listener = adopt(3);
 * const client = await listener.accept();
 * ```
 */
export function adopt(fd: number): Socket {
  return adoptAs(Socket, fd);
}

/**
 * The sockets that whoever started this program opened for it, as systemd does for a socket unit; none when it did not.
 *
 * To be called once: from then on they have owners.
 *
 * @throws {SocketError} As `adopt()`, of one of them. None is adopted then, and all that are open stay so.
 *
 * Source: sd_listen_fds(3): the environment's LISTEN_PID and LISTEN_FDS. Deno asks for --allow-env.
 */
export function inheritedSockets(): Socket[] {
  return inherited(adopt, detach);
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
export function rawSocket(family: IpFamily, protocol: number): DatagramSocket {
  return rawAs(Socket, family, protocol) as unknown as DatagramSocket;
}
