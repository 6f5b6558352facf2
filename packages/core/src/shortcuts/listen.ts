import type { Adapter } from "../adapter.ts";
import { checkName, checkPort } from "../address/host.ts";
import { type Address, familyOf, Internet6Address, InternetAddress, isAddress, numericAddress } from "../address.ts";
import { SocketError } from "../errors.ts";
import { lookUpFamilies } from "../names/both-families.ts";
import type { Listener, SocketConstructor } from "../socket.ts";
import { ofKnownFamily, targetOf, withSocket } from "./stream-socket.ts";

/** Where to listen. */
export interface ListenOptions {
  /** A host name or an address of this machine. Default: every interface, of both families where the machine has both. */
  readonly host?: string | undefined;
  /** Default: one of the system's choice. */
  readonly port?: number | undefined;
  /** As for `socket.listen()`. */
  readonly backlog?: number | undefined;
}

/** Every interface: IPv6's takes IPv4 connections too. */
const EVERYWHERE = [Internet6Address.ADDR_ANY, InternetAddress.ADDR_ANY];

export async function listenOn(
  adapter: Adapter,
  Socket: SocketConstructor,
  at: string | ListenOptions | Address,
): Promise<Listener> {
  const target: ListenOptions | Address = targetOf(at, "listen");
  if (isAddress(target)) return listenAt(Socket, ofKnownFamily(target, "listen"), undefined);
  const { host, port = 0, backlog } = target;
  checkPort(port);
  if (host !== undefined && familyOf(host) === undefined) checkName(host);
  const hosts = host === undefined ? EVERYWHERE : await lookUpFamilies(adapter, host);
  for (const [index, one] of hosts.entries()) {
    try {
      return await listenAt(Socket, numericAddress(one, port), backlog);
    } catch (error) {
      if (index === hosts.length - 1 || !isMissing(error)) throw error;
    }
  }
  throw new SocketError("EADDRNOTAVAIL", "listen");
}

function listenAt(Socket: SocketConstructor, at: Address, backlog: number | undefined): Promise<Listener> {
  return withSocket(Socket, at, async (socket) => {
    await socket.bind(at);
    return socket.listen(backlog);
  });
}

/** Whether this machine does not have that address, or its family. */
function isMissing(error: unknown): boolean {
  return error instanceof SocketError && ["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(error.code);
}
