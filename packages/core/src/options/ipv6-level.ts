/** The options of IPv6. Source of all: ipv6(7), RFC 3493 section 5. */
import { AddressFamily } from "../constants.ts";
import { type Membership, membership, networkInterface } from "./membership.ts";
import { flag, type OptionToSet, quantity, type SocketOption } from "./option.ts";

const LEVEL = "IPPROTO_IPV6";
const MOST_HOPS = 255;

/**
 * Joins a multicast group. As `IP_ADD_MEMBERSHIP`.
 *
 * Source: RFC 3493 section 5.2; ipv6(7) calls it IPV6_ADD_MEMBERSHIP.
 *
 * @example
 * ```ts
 * socket.setOption(IPV6_JOIN_GROUP, { group: "ff02::1234", interface: "eth0" });
 * ```
 */
export const IPV6_JOIN_GROUP: OptionToSet<Membership> = membership("IPV6_JOIN_GROUP", LEVEL, AddressFamily.INET6);

/** Leaves a multicast group. As `IP_DROP_MEMBERSHIP`. Source: RFC 3493 section 5.2. */
export const IPV6_LEAVE_GROUP: OptionToSet<Membership> = membership("IPV6_LEAVE_GROUP", LEVEL, AddressFamily.INET6);

/**
 * How far multicast datagrams go. number of hops, 0 to 255. Default: 1. Takes effect with the next datagram.
 *
 * *Runtimes*: Bun cannot set 0; Deno cannot set it.
 *
 * Source: ipv6(7).
 */
export const IPV6_MULTICAST_HOPS: SocketOption<number> = quantity("IPV6_MULTICAST_HOPS", LEVEL, 0, MOST_HOPS, 1);

/** The interface that multicast datagrams leave by. As `IP_MULTICAST_IF`. Source: ipv6(7). */
export const IPV6_MULTICAST_IF: SocketOption<string | undefined> = networkInterface("IPV6_MULTICAST_IF", LEVEL);

/** Whether this machine's members get the multicast datagrams sent here. As `IP_MULTICAST_LOOP`. Source: ipv6(7). */
export const IPV6_MULTICAST_LOOP: SocketOption<boolean> = flag("IPV6_MULTICAST_LOOP", LEVEL, true);

/** How far datagrams go that are no multicast. As `IP_TTL`. Source: ipv6(7). */
export const IPV6_UNICAST_HOPS: SocketOption<number> = quantity("IPV6_UNICAST_HOPS", LEVEL, 1, MOST_HOPS, undefined);

/**
 * Whether a socket bound to every address takes IPv6 alone, and not IPv4 too. boolean. Default: false, as Linux has it unless
 * net.ipv6.bindv6only says otherwise. To be set before the socket listens or is bound.
 *
 * *Runtimes*: on Deno always false.
 *
 * Source: ipv6(7).
 */
export const IPV6_V6ONLY: SocketOption<boolean> = flag("IPV6_V6ONLY", LEVEL, false, true);
