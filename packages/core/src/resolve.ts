import type { Adapter } from "./adapter.ts";
import { type Address, Internet6Address, InternetAddress } from "./address.ts";
import { AddressFamily } from "./constants.ts";
import { asSocketError } from "./errors.ts";

/**
 * The numeric addresses for `address`, at least one, in the order they are to be tried.
 *
 * `localhost` is the loopback address on every machine (RFC 6761 section 6.3); other names are the system's to find.
 *
 * @throws {SocketError} `ENOTFOUND`, `EAI_AGAIN`: no such host, or no answer.
 */
export async function resolve(adapter: Adapter, address: Address): Promise<Address[]> {
  if (address.isNumeric) return [address];
  const make =
    address.family === AddressFamily.INET
      ? (host: string): Address => new InternetAddress(host, address.port)
      : (host: string): Address => new Internet6Address(host, address.port);
  if (isLocalhost(address.host)) {
    return [
      make(address.family === AddressFamily.INET ? InternetAddress.ADDR_LOOPBACK : Internet6Address.ADDR_LOOPBACK),
    ];
  }
  try {
    return (await adapter.resolve(address.host, address.family)).map(make);
  } catch (cause) {
    throw asSocketError(cause, "getaddrinfo", address);
  }
}

function isLocalhost(host: string): boolean {
  const name = host.toLowerCase();
  return name === "localhost" || name.endsWith(".localhost");
}
