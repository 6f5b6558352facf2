import { AddressFamily, CodedError, type NetworkInterface, type OptionClaims } from "@omnisock/core";

/** Deno sets it only when it is started with `--unstable-net`. */
const hasReusePort = typeof Deno.listenDatagram === "function";

/** What Deno's sockets can be set to. Source: https://docs.deno.com/api/deno/network */
export const options: OptionClaims = {
  stream: { SO_KEEPALIVE: "set", TCP_NODELAY: "set" },
  listener: {
    IPV6_V6ONLY: { always: false },
    SO_REUSEADDR: { always: true },
    ...(hasReusePort ? { SO_REUSEPORT: "set" } : {}),
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

/** Source: https://docs.deno.com/api/deno/~/Deno.networkInterfaces */
export function interfaces(): NetworkInterface[] {
  try {
    return Deno.networkInterfaces().map(({ name, address, family, scopeid }) => ({
      name,
      address,
      family: family === "IPv4" ? AddressFamily.INET : AddressFamily.INET6,
      scopeId: scopeid ?? 0,
    }));
  } catch (cause) {
    throw cause instanceof Deno.errors.NotCapable ? new CodedError("EACCES", cause) : cause;
  }
}
