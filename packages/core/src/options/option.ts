import type { InterfaceId } from "./network-interface.ts";

/** How `close()` ends a connection: `SO_LINGER`. */
export interface Linger {
  /** How long `close()` waits for what is unsent, in seconds, 0 to 65535; 0 drops it and resets the connection. */
  readonly seconds: number;
}

/** A multicast group, and the interface to join it on; none: the system chooses. */
export interface GroupOnInterface {
  readonly group: string;
  readonly interface: InterfaceId | undefined;
}

/** Options that `@omnisock/posix` alone carries, and exports. */
export interface PosixOptionValues {
  readonly IPV6_RECVERR: boolean;
  readonly IPV6_RECVHOPLIMIT: boolean;
  readonly IPV6_RECVTCLASS: boolean;
  readonly IPV6_TCLASS: number;
  readonly IP_HDRINCL: boolean;
  readonly IP_RECVERR: boolean;
  readonly IP_RECVTOS: boolean;
  readonly IP_RECVTTL: boolean;
  readonly IP_TOS: number;
  readonly SO_BINDTODEVICE: string;
  readonly SO_PASSCRED: boolean;
  readonly SO_TIMESTAMPNS: boolean;
  readonly TCP_CORK: boolean;
  readonly TCP_FASTOPEN: number;
  readonly TCP_FASTOPEN_CONNECT: boolean;
  readonly TCP_QUICKACK: boolean;
  readonly UDP_GRO: boolean;
  readonly UDP_SEGMENT: number;
}

/** Every option that a runtime may carry, and the type of its value as an adapter gets it. Core's own are not among them. */
export interface OptionValues extends PosixOptionValues {
  readonly IPV6_JOIN_GROUP: GroupOnInterface;
  readonly IPV6_LEAVE_GROUP: GroupOnInterface;
  readonly IPV6_MULTICAST_HOPS: number;
  readonly IPV6_MULTICAST_IF: InterfaceId | undefined;
  readonly IPV6_MULTICAST_LOOP: boolean;
  readonly IPV6_UNICAST_HOPS: number;
  readonly IPV6_V6ONLY: boolean;
  readonly IP_ADD_MEMBERSHIP: GroupOnInterface;
  readonly IP_DROP_MEMBERSHIP: GroupOnInterface;
  readonly IP_MULTICAST_IF: InterfaceId | undefined;
  readonly IP_MULTICAST_LOOP: boolean;
  readonly IP_MULTICAST_TTL: number;
  readonly IP_TTL: number;
  readonly SO_BROADCAST: boolean;
  readonly SO_DEBUG: boolean;
  readonly SO_DONTROUTE: boolean;
  readonly SO_KEEPALIVE: boolean;
  readonly SO_LINGER: Linger | undefined;
  readonly SO_OOBINLINE: boolean;
  readonly SO_RCVBUF: number;
  readonly SO_RCVLOWAT: number;
  readonly SO_REUSEADDR: boolean;
  readonly SO_REUSEPORT: boolean;
  readonly SO_SNDBUF: number;
  readonly SO_SNDLOWAT: number;
  readonly TCP_KEEPCNT: number;
  readonly TCP_KEEPIDLE: number;
  readonly TCP_KEEPINTVL: number;
  readonly TCP_NODELAY: boolean;
}

/** An option and its value, as the arguments of a handle's `setOption()`. */
export type OptionSetting = {
  [Name in keyof OptionValues]: [name: Name, value: OptionValues[Name]];
}[keyof OptionValues];

/** What was set before the runtime makes the socket: the options that it has to know then, and all of them. */
export type EarlyOptions = Pick<OptionValues, "IPV6_V6ONLY" | "SO_REUSEADDR" | "SO_REUSEPORT"> & {
  /**
   * All that was set, in that order, these three among it. The handle is told the same by `setOption()`: this is for an adapter
   * that can set it before there is an address, a peer or a queue: only then does the handshake go by it. Source: tcp(7), on the
   * sizes of buffers.
   */
  readonly settings: readonly OptionSetting[];
};

/** The options that core keeps itself, on every runtime alike. */
export type CoreOptionName = "SO_ACCEPTCONN" | "SO_ERROR" | "SO_RCVTIMEO" | "SO_SNDTIMEO" | "SO_TYPE";
export type OptionName = keyof OptionValues | CoreOptionName;

/** The protocol an option belongs to, as setsockopt(2)'s `level`. */
export type OptionLevel = "SOL_SOCKET" | "IPPROTO_TCP" | "IPPROTO_IP" | "IPPROTO_IPV6" | "SOL_UDP";

/** What every descriptor says about its option. */
interface Option {
  readonly name: OptionName;
  readonly level: OptionLevel;
}

/** An option that `getOption()` takes. */
export interface OptionToGet<Value> extends Option {
  readonly isReadable: true;
  /** Its value when nobody has set it; absent where only the kernel knows. */
  readonly initial?: Value;
}

/** An option that `setOption()` takes. */
export interface OptionToSet<Value> extends Option {
  /** Whether only a socket that is not bound, listening or connected yet takes it. */
  readonly isEarly: boolean;
  /** @throws {TypeError | RangeError} `value` is of another type, or out of range. */
  check(value: unknown): Value;
}

/** An option that can be asked for and set. */
export interface SocketOption<Value> extends OptionToGet<Value>, OptionToSet<Value> {}

/** An option that is on or off. */
export function flag(name: OptionName, level: OptionLevel, initial = false, isEarly = false): SocketOption<boolean> {
  const check = (value: unknown): boolean => {
    if (typeof value === "boolean") return value;
    throw new TypeError(`${name} is true or false, not ${String(value)}`);
  };
  return { name, level, isReadable: true, initial, isEarly, check };
}

/** An option that is a whole number, or any number where `isWhole` is false. */
export function quantity(
  name: OptionName,
  level: OptionLevel,
  least: number,
  most: number,
  initial: number | undefined,
  isWhole = true,
): SocketOption<number> {
  const check = (value: unknown): number => {
    if (typeof value !== "number") throw new TypeError(`${name} is a number, not ${String(value)}`);
    if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
    throw new RangeError(`${name} is ${isWhole ? "a whole number from " : ""}${least} to ${most}, not ${value}`);
  };
  const known = initial === undefined ? {} : { initial };
  return { name, level, isReadable: true, ...known, isEarly: false, check };
}
