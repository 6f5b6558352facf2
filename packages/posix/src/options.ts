/** Options as the kernel has them: level, name and layout of each of core's. */
import { AddressFamily, type Linger, type OptionLevel, type OptionName, SocketError, SocketType } from "@omnisock/core";
import { interfaceName } from "./decode-sockaddr.ts";
import type { Descriptor } from "./descriptor.ts";
import { checked } from "./failure.ts";
import { constants } from "./linux/constants.ts";
import { layouts } from "./linux/layouts.ts";
import { type Block, block } from "./memory.ts";
import { findInterface } from "./network-interface.ts";
import { octets, octets6, types } from "./sockaddr.ts";
import { system } from "./system.ts";

const { linger: LINGER, timeval: TIMEVAL, ip_mreqn: MREQN, ipv6_mreq: MREQ6 } = layouts;

/** if_indextoname(3): IF_NAMESIZE. */
const INTERFACE_NAME_BYTES = 16;

/** How a value lies in memory. */
interface Layout {
  readonly size: number;
  encode(block: Block, value: unknown): void;
  decode(block: Block): unknown;
}

const number: Layout = {
  size: 4,
  encode: ({ view }, value) => view.setInt32(0, value as number, true),
  decode: ({ view }) => view.getInt32(0, true),
};

const flag: Layout = {
  size: 4,
  encode: ({ view }, value) => view.setInt32(0, value === true ? 1 : 0, true),
  decode: ({ view }) => view.getInt32(0, true) !== 0,
};

const linger: Layout = {
  size: LINGER.size,
  encode({ view }, value) {
    const chosen = value as Linger | undefined;
    view.setInt32(LINGER.fields.l_onoff, chosen === undefined ? 0 : 1, true);
    view.setInt32(LINGER.fields.l_linger, chosen?.seconds ?? 0, true);
  },
  decode({ view }) {
    const isOn = view.getInt32(LINGER.fields.l_onoff, true) !== 0;
    return isOn ? { seconds: view.getInt32(LINGER.fields.l_linger, true) } : undefined;
  },
};

/** Milliseconds here, seconds and microseconds there. 0 is no limit, so the least that is more stays so. */
const time: Layout = {
  size: TIMEVAL.size,
  encode({ view }, value) {
    const microseconds = Math.ceil((value as number) * 1000);
    view.setBigInt64(TIMEVAL.fields.tv_sec, BigInt(Math.floor(microseconds / 1e6)), true);
    view.setBigInt64(TIMEVAL.fields.tv_usec, BigInt(microseconds % 1e6), true);
  },
  decode({ view }) {
    const seconds = Number(view.getBigInt64(TIMEVAL.fields.tv_sec, true));
    return seconds * 1000 + Number(view.getBigInt64(TIMEVAL.fields.tv_usec, true)) / 1000;
  },
};

/** A name that ends with a NUL, as that of a network interface. */
const text: Layout = {
  size: INTERFACE_NAME_BYTES,
  encode: ({ bytes }, value) =>
    void new TextEncoder().encodeInto(value as string, bytes.subarray(0, INTERFACE_NAME_BYTES - 1)),
  decode: ({ bytes }) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, bytes.indexOf(0))),
};

const type: Layout = {
  ...number,
  decode: ({ view }) => {
    const kind = view.getInt32(0, true);
    // Raw sockets are as datagram sockets here.
    return kind === constants.SOCK_RAW
      ? SocketType.DGRAM
      : Object.values(SocketType).find((one) => types[one] === kind);
  },
};

interface Group {
  readonly group: string;
  readonly interface?: string | undefined;
}

const group: Layout = {
  size: MREQN.size,
  encode({ bytes, view }, value) {
    const { group, interface: on } = value as Group;
    bytes.set(octets(group), MREQN.fields.imr_multiaddr);
    putInterface({ bytes, view }, on);
  },
  decode: () => undefined,
};

const group6: Layout = {
  size: MREQ6.size,
  encode({ bytes, view }, value) {
    const { group, interface: on } = value as Group;
    bytes.set(octets6(group), MREQ6.fields.ipv6mr_multiaddr);
    view.setInt32(MREQ6.fields.ipv6mr_interface, on === undefined ? 0 : findInterface(on).index, true);
  },
  decode: () => undefined,
};

/** Told is the address, the interface's own; undefined where the system's routes choose. */
const networkInterface: Layout = {
  size: MREQN.size,
  encode: (memory, value) => putInterface(memory, value as string | undefined),
  decode({ bytes }) {
    const address = bytes.subarray(0, 4).join(".");
    return address === "0.0.0.0" ? undefined : address;
  },
};

const networkInterface6: Layout = {
  size: 4,
  encode({ view }, value) {
    view.setInt32(0, value === undefined ? 0 : findInterface(value as string).index, true);
  },
  decode: ({ view }) => interfaceName(view.getInt32(0, true)),
};

function putInterface({ bytes, view }: Block, on: string | undefined): void {
  if (on === undefined) return;
  const { index, address } = findInterface(on, AddressFamily.INET);
  bytes.set(octets(address), MREQN.fields.imr_address);
  view.setInt32(MREQN.fields.imr_ifindex, index, true);
}

const known: Readonly<Record<OptionName, Layout>> = {
  IPV6_JOIN_GROUP: group6,
  IPV6_LEAVE_GROUP: group6,
  IPV6_MULTICAST_HOPS: number,
  IPV6_MULTICAST_IF: networkInterface6,
  IPV6_MULTICAST_LOOP: flag,
  IPV6_RECVERR: flag,
  IPV6_RECVHOPLIMIT: flag,
  IPV6_RECVTCLASS: flag,
  IPV6_TCLASS: number,
  IPV6_UNICAST_HOPS: number,
  IPV6_V6ONLY: flag,
  IP_ADD_MEMBERSHIP: group,
  IP_DROP_MEMBERSHIP: group,
  IP_HDRINCL: flag,
  IP_MULTICAST_IF: networkInterface,
  IP_MULTICAST_LOOP: flag,
  IP_MULTICAST_TTL: number,
  IP_RECVERR: flag,
  IP_RECVTOS: flag,
  IP_RECVTTL: flag,
  IP_TOS: number,
  IP_TTL: number,
  SO_ACCEPTCONN: flag,
  SO_BINDTODEVICE: text,
  SO_BROADCAST: flag,
  SO_DEBUG: flag,
  SO_DONTROUTE: flag,
  SO_ERROR: number,
  SO_KEEPALIVE: flag,
  SO_LINGER: linger,
  SO_OOBINLINE: flag,
  SO_PASSCRED: flag,
  SO_RCVBUF: number,
  SO_RCVLOWAT: number,
  SO_RCVTIMEO: time,
  SO_REUSEADDR: flag,
  SO_REUSEPORT: flag,
  SO_SNDBUF: number,
  SO_SNDLOWAT: number,
  SO_SNDTIMEO: time,
  SO_TIMESTAMPNS: flag,
  SO_TYPE: type,
  TCP_CORK: flag,
  TCP_FASTOPEN: number,
  TCP_FASTOPEN_CONNECT: flag,
  TCP_KEEPCNT: number,
  TCP_KEEPIDLE: number,
  TCP_KEEPINTVL: number,
  TCP_NODELAY: flag,
  TCP_QUICKACK: flag,
  UDP_GRO: flag,
  UDP_SEGMENT: number,
};

/** Where values lie for the kernel, from their encoding to the call or from the call to their decoding. */
const scratch = block(Math.max(...Object.values(known).map(({ size }) => size)));
const scratchLength = block(4);

/** What names an option: core's descriptors do. */
interface Named {
  readonly name: OptionName;
  readonly level: OptionLevel;
}

/** @throws {SocketError} The kernel's error; `ENOPROTOOPT`: no option of this kind of socket. */
export function setSocketOption(descriptor: Descriptor, named: Named, value: unknown): void {
  setOptionOfFd(descriptor.fdFor("setsockopt"), named, value);
}

/** @throws {SocketError} As `setSocketOption()`. */
export function setOptionOfFd(fd: number, { name, level }: Named, value: unknown): void {
  const layout = layoutOf(name, "setsockopt");
  scratch.bytes.fill(0);
  layout.encode(scratch, value);
  try {
    checked(system().libc.setsockopt(fd, constants[level], constants[name], scratch.bytes, layout.size), "setsockopt");
  } catch (error) {
    throw explained(error, "setsockopt", name);
  }
}

/** @throws {SocketError} The kernel's error; `ENOPROTOOPT`: no option of this kind of socket. */
export function getSocketOption(descriptor: Descriptor, named: Named): unknown {
  return getOptionOfFd(descriptor.fdFor("getsockopt"), named);
}

/** @throws {SocketError} As `getSocketOption()`. */
export function getOptionOfFd(fd: number, { name, level }: Named): unknown {
  const layout = layoutOf(name, "getsockopt");
  scratch.bytes.fill(0);
  scratchLength.view.setUint32(0, layout.size, true);
  const { bytes } = scratch;
  try {
    checked(system().libc.getsockopt(fd, constants[level], constants[name], bytes, scratchLength.bytes), "getsockopt");
  } catch (error) {
    throw explained(error, "getsockopt", name);
  }
  return layout.decode(scratch);
}

/** Has the kernel hand on several UDP datagrams of one sender as one message; whether it does. Source: udp(7), UDP_GRO. */
export function groupDatagrams(descriptor: Descriptor, isOn = true): boolean {
  const { bytes, view } = block(4);
  view.setInt32(0, isOn ? 1 : 0, true);
  const fd = descriptor.fdFor("setsockopt");
  return system().libc.setsockopt(fd, constants.SOL_UDP, constants.UDP_GRO, bytes, bytes.length) === 0;
}

/** The pending error of a socket, as a positive errno; asking clears it. */
export function pendingError(descriptor: Descriptor): number {
  return getSocketOption(descriptor, { name: "SO_ERROR", level: "SOL_SOCKET" }) as number;
}

function layoutOf(name: OptionName, syscall: "setsockopt" | "getsockopt"): Layout {
  const layout = Object.hasOwn(known, name) ? known[name] : undefined;
  if (layout === undefined) throw new SocketError("ENOPROTOOPT", syscall, { option: String(name) });
  return layout;
}

/** The error, naming the option that the call was about. */
function explained(error: unknown, syscall: "setsockopt" | "getsockopt", option: OptionName): unknown {
  if (!(error instanceof SocketError)) return error;
  return new SocketError(error.code, syscall, { option, cause: error.cause });
}
