/** Multicast for cases: its options by family, and groups to join. */
import {
  AddressFamily,
  Internet6Address,
  InternetAddress,
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IPV6_JOIN_GROUP,
  IPV6_LEAVE_GROUP,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  type IpFamily,
  type Membership,
  type OptionToSet,
  type SocketOption,
} from "@omnisock/core";

interface Multicast {
  readonly join: OptionToSet<Membership>;
  readonly leave: OptionToSet<Membership>;
  readonly hops: SocketOption<number>;
  readonly loop: SocketOption<boolean>;
  readonly on: SocketOption<string | undefined>;
  readonly any: string;
  readonly loopback: string;
}

/** What the two families call the same. */
export const multicastOf: Readonly<Record<IpFamily, Multicast>> = {
  [AddressFamily.INET]: {
    join: IP_ADD_MEMBERSHIP,
    leave: IP_DROP_MEMBERSHIP,
    hops: IP_MULTICAST_TTL,
    loop: IP_MULTICAST_LOOP,
    on: IP_MULTICAST_IF,
    any: InternetAddress.ADDR_ANY,
    loopback: InternetAddress.ADDR_LOOPBACK,
  },
  [AddressFamily.INET6]: {
    join: IPV6_JOIN_GROUP,
    leave: IPV6_LEAVE_GROUP,
    hops: IPV6_MULTICAST_HOPS,
    loop: IPV6_MULTICAST_LOOP,
    on: IPV6_MULTICAST_IF,
    any: Internet6Address.ADDR_ANY,
    loopback: Internet6Address.ADDR_LOOPBACK,
  },
};

/** A group that nobody else on this machine is in: what another socket joined, every socket would get (ip(7), IP_MULTICAST_ALL). */
export function newGroup(family: IpFamily): string {
  const some = (): number => 1 + Math.floor(Math.random() * 254);
  return family === AddressFamily.INET
    ? `239.${some()}.${some()}.${some()}`
    : `ff02::${(0x1000 + some()).toString(16)}:${(0x1000 + some()).toString(16)}`;
}
