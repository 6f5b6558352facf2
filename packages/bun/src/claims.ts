import type { OptionClaims } from "@omnisock/core";

/** What Bun's sockets can be set to. Source: https://bun.com/docs/runtime/networking/tcp, https://bun.com/docs/runtime/networking/udp */
export const claims: OptionClaims = {
  stream: { SO_KEEPALIVE: "set", SO_LINGER: "reset", TCP_KEEPIDLE: "set", TCP_NODELAY: "set" },
  listener: { IPV6_V6ONLY: "set", SO_REUSEADDR: { always: true }, SO_REUSEPORT: "set" },
  datagram: {
    IPV6_JOIN_GROUP: "set",
    IPV6_LEAVE_GROUP: "set",
    IPV6_MULTICAST_HOPS: { least: 1 },
    IPV6_MULTICAST_IF: "set",
    IPV6_MULTICAST_LOOP: "set",
    IPV6_UNICAST_HOPS: "set",
    IPV6_V6ONLY: "set",
    IP_ADD_MEMBERSHIP: "set",
    IP_DROP_MEMBERSHIP: "set",
    IP_MULTICAST_IF: "set",
    IP_MULTICAST_LOOP: "set",
    IP_MULTICAST_TTL: { least: 1 },
    IP_TTL: "set",
    SO_BROADCAST: "set",
    SO_REUSEADDR: "set",
    SO_REUSEPORT: "set",
  },
};
