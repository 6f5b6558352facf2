import { networkInterfaces } from "node:os";
import { AddressFamily, type InterfaceId, type NetworkInterface, SocketError } from "@omnisock/core";
import { system } from "./system.ts";

/** Source: https://nodejs.org/api/os.html, which Bun and Deno have, too. */
export function interfaces(): NetworkInterface[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
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
 * @throws {SocketError} `ENODEV`: there is none.
 */
export function findInterface(nameOrAddress: string, family?: AddressFamily): InterfaceId {
  const found = interfaces().find(
    (one) =>
      (one.name === nameOrAddress || one.address === nameOrAddress) && (family === undefined || one.family === family),
  );
  if (found === undefined) throw new SocketError("ENODEV", "setsockopt");
  return { name: found.name, address: found.address, index: system().libc.if_nametoindex(found.name) };
}
