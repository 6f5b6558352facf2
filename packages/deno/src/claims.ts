import type { OptionClaims } from "@omnisock/core";

/** What Deno's sockets can be set to. Source: https://docs.deno.com/api/deno/network */
export const claims: OptionClaims = {
  stream: { SO_KEEPALIVE: "set", TCP_NODELAY: "set" },
  listener: {
    IPV6_V6ONLY: { always: false },
    SO_REUSEADDR: { always: true },
    SO_REUSEPORT: "set",
  },
  datagram: {
    IPV6_JOIN_GROUP: "set",
    IPV6_LEAVE_GROUP: "set",
    IPV6_MULTICAST_LOOP: "set",
    IPV6_V6ONLY: { always: false },
    IP_ADD_MEMBERSHIP: "set",
    IP_DROP_MEMBERSHIP: "set",
    IP_MULTICAST_LOOP: "set",
    IP_MULTICAST_TTL: "set",
    SO_BROADCAST: { always: true },
    SO_REUSEADDR: "set",
  },
};
