/** Sockets within one process, without a kernel: for tests of programs that use sockets, and of core itself. */
import type { Adapter } from "./adapter.ts";
import { familyOf, Internet6Address, InternetAddress } from "./address.ts";
import { AddressFamily } from "./constants.ts";
import { CodedError } from "./errors.ts";
import { Network } from "./memory/network.ts";
import type { SocketConstructor } from "./socket.ts";
import { socketClass } from "./socket-class.ts";

/**
 * A network of its own in memory: the sockets of one `memoryAdapter()` reach each other and nobody else.
 *
 * Addresses mean what they mean elsewhere: a port that is taken gives `EADDRINUSE`, one where nobody listens `ECONNREFUSED`.
 *
 * @param hosts The names that can be looked up, each with its addresses. Default: none.
 */
export function memoryAdapter(hosts: Readonly<Record<string, readonly string[]>> = {}): Adapter {
  const network = new Network();
  return {
    name: "memory",
    supports: new Set([
      "reset",
      "connect-from",
      "backlog",
      "backlog-fills",
      "datagrams",
      "unix",
      "unix-abstract",
      "unix-connect-from",
      "unix-datagrams",
    ]),
    connect: async (request, connected) => network.connect(request, connected),
    listen: async (request, listening) => network.listen(request, listening),
    bind: async (request, bound) => network.bind(request, bound),
    resolve: async (host, family) => (hosts[host] ?? []).filter((address) => familyOf(address) === family),
    reverse: async (address) => {
      const found = Object.keys(hosts).find((host) => hosts[host]?.includes(address));
      if (found === undefined) throw new CodedError("ENOTFOUND");
      return found;
    },
    aliases: async () => [],
    options: {
      // Nothing here waits to be sent together, and no address is in TIME_WAIT.
      stream: { SO_LINGER: "reset", TCP_NODELAY: { always: true } },
      listener: { SO_REUSEADDR: { always: true } },
      datagram: {},
    },
    interfaces: () => [
      { name: "lo", family: AddressFamily.INET, address: InternetAddress.ADDR_LOOPBACK, scopeId: 0 },
      { name: "lo", family: AddressFamily.INET6, address: Internet6Address.ADDR_LOOPBACK, scopeId: 0 },
    ],
  };
}

/** A `Socket` class on a `memoryAdapter()` of its own. */
export function memorySockets(): SocketConstructor {
  return socketClass(memoryAdapter());
}
