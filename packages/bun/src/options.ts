import { networkInterfaces } from "node:os";
import { AddressFamily, type NetworkInterface } from "@omnisock/core";

export { claims as options } from "./claims.ts";

/** Source: https://nodejs.org/api/os.html */
export function interfaces(): NetworkInterface[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.map(({ address, family, scopeid = 0 }) => ({
      name,
      family: family === "IPv4" ? AddressFamily.INET : AddressFamily.INET6,
      address,
      scopeId: scopeid,
    })),
  );
}
