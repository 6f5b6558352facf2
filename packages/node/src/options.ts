import { Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { AddressFamily, type NetworkInterface, type OptionClaims } from "@omnisock/core";
import { claims } from "./claims.ts";

const { TCP_KEEPCNT: _, TCP_KEEPINTVL: __, ...withoutTimes } = claims.stream;

/** What this Node can: older versions, and compatibility layers, ignore the interval and the count of `setKeepAlive()`. */
export const options: OptionClaims =
  Socket.prototype.setKeepAlive.length > 2 ? claims : { ...claims, stream: withoutTimes };

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
