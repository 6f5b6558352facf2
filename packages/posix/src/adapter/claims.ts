import type { OptionClaims } from "@omnisock/core";

/**
 * All of them, as the kernel has them. What was set of groups, interfaces and IPV6_V6ONLY core remembers: the kernel tells less
 * of the former, and of the latter that a socket bound to an IPv6 address has it on.
 *
 * A listener has SO_REUSEADDR always, as on every other adapter: a server that restarts gets its port again.
 */
export const claims: OptionClaims = {
  stream: {
    IPV6_UNICAST_HOPS: "ask",
    IP_TTL: "ask",
    SO_DEBUG: "ask",
    SO_DONTROUTE: "ask",
    SO_KEEPALIVE: "ask",
    SO_LINGER: "ask",
    SO_OOBINLINE: "ask",
    SO_RCVBUF: "ask",
    SO_RCVLOWAT: "ask",
    SO_SNDBUF: "ask",
    SO_SNDLOWAT: { always: 1 },
    TCP_KEEPCNT: "ask",
    TCP_KEEPIDLE: "ask",
    TCP_KEEPINTVL: "ask",
    TCP_NODELAY: "ask",
  },
  listener: { IPV6_V6ONLY: "set", SO_REUSEADDR: { always: true }, SO_REUSEPORT: "set" },
  datagram: {
    IPV6_JOIN_GROUP: "set",
    IPV6_LEAVE_GROUP: "set",
    IPV6_MULTICAST_HOPS: "ask",
    IPV6_MULTICAST_IF: "set",
    IPV6_MULTICAST_LOOP: "ask",
    IPV6_UNICAST_HOPS: "ask",
    IPV6_V6ONLY: "set",
    IP_ADD_MEMBERSHIP: "set",
    IP_DROP_MEMBERSHIP: "set",
    IP_MULTICAST_IF: "set",
    IP_MULTICAST_LOOP: "ask",
    IP_MULTICAST_TTL: "ask",
    IP_TTL: "ask",
    SO_BROADCAST: "ask",
    SO_DEBUG: "ask",
    SO_DONTROUTE: "ask",
    SO_RCVBUF: "ask",
    SO_RCVLOWAT: "ask",
    SO_REUSEADDR: "ask",
    SO_REUSEPORT: "ask",
    SO_SNDBUF: "ask",
    SO_SNDLOWAT: { always: 1 },
  },
};
