/** The options of IPv4. Source of all: ip(7). */
import { AddressFamily } from "../constants.ts";
import { type Membership, membership, networkInterface } from "./membership.ts";
import { flag, type OptionToSet, quantity, type SocketOption } from "./option.ts";

const LEVEL = "IPPROTO_IP";
const MOST_HOPS = 255;

/**
 * Joins a multicast group. `Membership`; only to be set. Takes effect at once; a socket that is not bound is bound to a port
 * of the system's choice.
 *
 * @throws {SocketError} `ENODEV`: no such interface. `EADDRINUSE`: joined already. `ENOBUFS`: too many groups.
 *
 * Source: ip(7).
 *
 * @example
 * ```ts
 * socket.setOption(IP_ADD_MEMBERSHIP, { group: "239.1.2.3", interface: "192.0.2.2" });
 * ```
 */
export const IP_ADD_MEMBERSHIP: OptionToSet<Membership> = membership("IP_ADD_MEMBERSHIP", LEVEL, AddressFamily.INET);

/**
 * Leaves a multicast group. `Membership`, as it was joined; only to be set. Takes effect at once.
 *
 * @throws {SocketError} `EADDRNOTAVAIL`: not joined.
 *
 * Source: ip(7).
 */
export const IP_DROP_MEMBERSHIP: OptionToSet<Membership> = membership("IP_DROP_MEMBERSHIP", LEVEL, AddressFamily.INET);

/**
 * The interface that multicast datagrams leave by. string, its name or address; undefined, the default, leaves the choice to
 * the system's routes. Takes effect with the next datagram.
 *
 * Source: ip(7).
 */
export const IP_MULTICAST_IF: SocketOption<string | undefined> = networkInterface("IP_MULTICAST_IF", LEVEL);

/**
 * Whether this machine's members get the multicast datagrams sent here. boolean. Default: true, also on Deno, whose own
 * default is false. Takes effect with the next datagram.
 *
 * Source: ip(7).
 */
export const IP_MULTICAST_LOOP: SocketOption<boolean> = flag("IP_MULTICAST_LOOP", LEVEL, true);

/**
 * How far multicast datagrams go. number of hops, 0 to 255; 0 stays on this machine. Default: 1, this network. Takes effect
 * with the next datagram.
 *
 * *Runtimes*: Bun cannot set 0.
 *
 * Source: ip(7).
 */
export const IP_MULTICAST_TTL: SocketOption<number> = quantity("IP_MULTICAST_TTL", LEVEL, 0, MOST_HOPS, 1);

/**
 * How far datagrams go that are no multicast. number of hops, 1 to 255. Default: the system's, 64 on Linux. Takes effect with
 * the next datagram.
 *
 * Source: ip(7).
 */
export const IP_TTL: SocketOption<number> = quantity("IP_TTL", LEVEL, 1, MOST_HOPS, undefined);
