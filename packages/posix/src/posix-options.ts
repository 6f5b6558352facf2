/** The options that no other adapter has, sorted by level. Source of all: socket(7), ip(7), ipv6(7), tcp(7), udp(7), unix(7). */
import type { OptionLevel, PosixOptionValues, SocketOption } from "@omnisock/core";

const MOST_INT = 2 ** 31 - 1;
/** if_indextoname(3): IF_NAMESIZE, the NUL among it. */
const MOST_NAME_BYTES = 15;
/** The longest datagram. */
const MOST_SEGMENT = 65_507;

type Name = keyof PosixOptionValues;

function flag(name: Name, level: OptionLevel, isEarly = false): SocketOption<boolean> {
  const check = (value: unknown): boolean => {
    if (typeof value === "boolean") return value;
    throw new TypeError(`${name} is true or false, not ${String(value)}`);
  };
  return { name, level, isReadable: true, initial: false, isEarly, check };
}

function quantity(name: Name, level: OptionLevel, most: number): SocketOption<number> {
  const check = (value: unknown): number => {
    if (typeof value !== "number") throw new TypeError(`${name} is a number, not ${String(value)}`);
    if (Number.isInteger(value) && value >= 0 && value <= most) return value;
    throw new RangeError(`${name} is a whole number from 0 to ${most}, not ${value}`);
  };
  return { name, level, isReadable: true, initial: 0, isEarly: false, check };
}

/** The network interface that a socket sends and receives by, by its name; "", the default, any. string. Source: socket(7). */
export const SO_BINDTODEVICE: SocketOption<string> = {
  name: "SO_BINDTODEVICE",
  level: "SOL_SOCKET",
  isReadable: true,
  initial: "",
  isEarly: true,
  check(value) {
    if (typeof value !== "string")
      throw new TypeError(`SO_BINDTODEVICE is the name of an interface, not ${String(value)}`);
    if (new TextEncoder().encode(value).length <= MOST_NAME_BYTES && !value.includes("\0")) return value;
    throw new RangeError(`The name of an interface has at most ${MOST_NAME_BYTES} bytes`);
  },
};

/** Whether messages say which process sent them: `credentials`, over Unix sockets. boolean. Default: false. Source: unix(7). */
export const SO_PASSCRED: SocketOption<boolean> = flag("SO_PASSCRED", "SOL_SOCKET");

/** Whether messages say when they came: `timestamp`. boolean. Default: false. Source: socket(7). */
export const SO_TIMESTAMPNS: SocketOption<boolean> = flag("SO_TIMESTAMPNS", "SOL_SOCKET");

/** Whether what is sent to a raw socket begins with the IP header. boolean. Default: false. Source: raw(7). */
export const IP_HDRINCL: SocketOption<boolean> = flag("IP_HDRINCL", "IPPROTO_IP");

/** Whether what comes back is kept for `receiveMessage()` with `MSG_ERRQUEUE`. boolean. Default: false. Source: ip(7). */
export const IP_RECVERR: SocketOption<boolean> = flag("IP_RECVERR", "IPPROTO_IP");

/** Whether messages say the type of service that they came with: `trafficClass`. boolean. Default: false. Source: ip(7). */
export const IP_RECVTOS: SocketOption<boolean> = flag("IP_RECVTOS", "IPPROTO_IP");

/** Whether messages say how many hops they had left: `hops`. boolean. Default: false. Source: ip(7). */
export const IP_RECVTTL: SocketOption<boolean> = flag("IP_RECVTTL", "IPPROTO_IP");

/** The type of service of what is sent, DSCP and ECN. number, 0 to 255; of a stream, Linux keeps the ECN bits. Source: ip(7). */
export const IP_TOS: SocketOption<number> = quantity("IP_TOS", "IPPROTO_IP", 255);

/** As `IP_RECVERR`. Source: ipv6(7). */
export const IPV6_RECVERR: SocketOption<boolean> = flag("IPV6_RECVERR", "IPPROTO_IPV6");

/** As `IP_RECVTTL`. Source: ipv6(7). */
export const IPV6_RECVHOPLIMIT: SocketOption<boolean> = flag("IPV6_RECVHOPLIMIT", "IPPROTO_IPV6");

/** As `IP_RECVTOS`. Source: ipv6(7). */
export const IPV6_RECVTCLASS: SocketOption<boolean> = flag("IPV6_RECVTCLASS", "IPPROTO_IPV6");

/** As `IP_TOS`. Source: ipv6(7). */
export const IPV6_TCLASS: SocketOption<number> = quantity("IPV6_TCLASS", "IPPROTO_IPV6", 255);

/** Whether partial packets are held back, up to 200 milliseconds, until it is off again. boolean. Default: false. Source: tcp(7). */
export const TCP_CORK: SocketOption<boolean> = flag("TCP_CORK", "IPPROTO_TCP");

/** How many connections a listener keeps whose first packet brought bytes along; 0, the default, takes none such. number. Source: tcp(7). */
export const TCP_FASTOPEN: SocketOption<number> = quantity("TCP_FASTOPEN", "IPPROTO_TCP", MOST_INT);

/** Whether `connect()` waits for the first bytes to go along, where the peer is known to take them. boolean. Default: false. Source: tcp(7). */
export const TCP_FASTOPEN_CONNECT: SocketOption<boolean> = flag("TCP_FASTOPEN_CONNECT", "IPPROTO_TCP", true);

/** Whether bytes are acknowledged at once; the system may change it again. boolean. Source: tcp(7). */
export const TCP_QUICKACK: SocketOption<boolean> = flag("TCP_QUICKACK", "IPPROTO_TCP");

/**
 * Whether the kernel hands on several datagrams of one sender as one: `receiveMany()` and `DatagramBatch` take them apart,
 * `receiveMessage()` says how long each is in `segment`; `receive()` and `receiveFrom()` give them together. boolean.
 *
 * For blocking sockets: those with promises see to it themselves. Source: udp(7).
 */
export const UDP_GRO: SocketOption<boolean> = flag("UDP_GRO", "SOL_UDP");

/**
 * How long each datagram is of those that one call to send is segmented into; 0, the default, does not. number of bytes.
 *
 * Several of one length that `sendMany()` sends go as they are. Source: udp(7).
 */
export const UDP_SEGMENT: SocketOption<number> = quantity("UDP_SEGMENT", "SOL_UDP", MOST_SEGMENT);
