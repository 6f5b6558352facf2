import type { Adapter } from "../adapter.ts";
import type { Address, HostAndPort } from "../address.ts";
import type { AddressFamily } from "../constants.ts";
import type { Connection, Listener, WaitOptions } from "../socket.ts";
import { socketClass } from "../socket-class.ts";
import { connectTo } from "./connect.ts";
import { type ListenOptions, listenOn } from "./listen.ts";
import { connectedPair } from "./socket-pair.ts";

/** Sockets in one call: on top of `Socket`, and made of nothing else. */
export interface Shortcuts {
  /**
   * Connects a stream socket, of whatever family the way there has.
   *
   * A name's addresses are tried as RFC 8305 says: IPv6 and IPv4 in turns, each a quarter of a second after the one before
   * or when that failed; the first connection wins, and the others are closed.
   *
   * @param to An address, a host and a port, or text: `"example.org:80"`, `"[::1]:80"`, `"unix:/path"`.
   * @throws {TypeError | RangeError} `to` is none of these, or its port out of range.
   * @throws As `socket.connect()`, with what the last attempt to fail said.
   *
   * @example
   * ```ts
   * const connection = await connect("localhost:7007", { timeout: 5000 });
   * ```
   */
  connect(to: string | HostAndPort | Address, options?: WaitOptions): Promise<Connection>;

  /**
   * Makes a stream socket that listens.
   *
   * Without a host, IPv6's `::` takes connections of both families; on a machine without IPv6, `0.0.0.0` does. A name is
   * the first of its addresses that this machine has.
   *
   * @param at Options, an address, or text as for `connect()`. Default: every interface, and a port of the system's choice.
   * @throws {TypeError | RangeError} `at` is none of these, or its port out of range.
   * @throws As `socket.listen()`.
   *
   * @example
   * ```ts
   * for await (const client of await listen({ port: 7007 })) void serve(client);
   * ```
   */
  listen(at?: string | ListenOptions | Address): Promise<Listener>;

  /**
   * Two stream sockets that are connected to each other, and to nobody else.
   *
   * No runtime has socketpair(2), only the system calls have: elsewhere, one connects to the other by an abstract Unix name, and proves who it is. Where
   * the platform has no abstract names, or `family` says so, it is by loopback.
   *
   * @param family Default: `AddressFamily.UNIX` where there are abstract names, else `AddressFamily.INET`.
   * @throws {TypeError} `family` is no `AddressFamily`.
   * @throws {SocketError} `EMFILE`: too many open files. `EOPNOTSUPP`: no such sockets here.
   *
   * *Runtimes*: Bun does not say that there are too many open files: that is `EIO` there.
   *
   * Source: socketpair(2); D's `socketPair()`.
   */
  socketPair(family?: AddressFamily): Promise<[Connection, Connection]>;
}

/** The shortcuts on an adapter: what the adapter's package exports. */
export function shortcuts(adapter: Adapter): Shortcuts {
  const Socket = socketClass(adapter);
  return {
    connect: (to, options) => connectTo(adapter, Socket, to, options),
    listen: (at = {}) => listenOn(adapter, Socket, at),
    socketPair: (family) => connectedPair(adapter, Socket, family),
  };
}
