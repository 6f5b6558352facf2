import { networkInterfaces } from "node:os";
import { AddressFamily, CodedError, type InterfaceId, type NetworkInterface, SocketError } from "@omnisock/core";
import { system } from "./system.ts";

/**
 * The network interfaces of this machine, an entry an address.
 *
 * @throws {CodedError} `EACCES`: Deno has not the permission.
 *
 * Source: https://nodejs.org/api/os.html, which Bun and Deno have, too.
 */
export function interfaces(): NetworkInterface[] {
  return Object.entries(permitted(networkInterfaces)).flatMap(([name, addresses = []]) =>
    addresses.map(({ address, family, scopeid }) => ({
      name,
      family: family === "IPv4" ? AddressFamily.INET : AddressFamily.INET6,
      address,
      scopeId: scopeid ?? 0,
    })),
  );
}

/**
 * The interface that has this name or address; with `family`, one that has an address of it.
 *
 * @throws {SocketError} `ENODEV`: there is none. `EACCES`: Deno has not the permission to look.
 */
export function findInterface(nameOrAddress: string, family?: AddressFamily): InterfaceId {
  const found = ours(interfaces).find(
    (one) =>
      (one.name === nameOrAddress || one.address === nameOrAddress) && (family === undefined || one.family === family),
  );
  if (found === undefined) throw new SocketError("ENODEV", "setsockopt");
  return { name: found.name, address: found.address, index: system().libc.if_nametoindex(found.name) };
}

function permitted<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new CodedError("EACCES", cause);
  }
}

/** For sockets that have no core to name the error. */
function ours<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new SocketError(error.code, "setsockopt", { cause: error.cause });
  }
}
