import { AddressFamily, CodedError, type NetworkInterface, type OptionClaims } from "@omnisock/core";
import { claims } from "./claims.ts";

const { SO_REUSEPORT: _, ...withoutReusePort } = claims.listener;

/** What this Deno can: it sets `SO_REUSEPORT` only when it is started with `--unstable-net`. */
export const options: OptionClaims =
  typeof Deno.listenDatagram === "function" ? claims : { ...claims, listener: withoutReusePort };

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
