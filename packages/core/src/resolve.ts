import type { Adapter } from "./adapter.ts";
import {
  type Address,
  familyOf,
  Internet6Address,
  InternetAddress,
  type IpFamily,
  onInterface,
  UnixAddress,
} from "./address.ts";
import { AddressFamily } from "./constants.ts";
import { asSocketError, SocketError, type Syscall } from "./errors.ts";

/**
 * The numeric addresses for `address`, at least one, in the order they are to be tried: see `lookUp()`.
 *
 * @param syscall What the address is for.
 * @throws {SocketError} `ENOTFOUND`, `EAI_AGAIN`: no such host, or no answer. `ENODEV`: no such interface.
 */
export async function resolve(adapter: Adapter, address: Address, syscall: Syscall): Promise<Address[]> {
  if (address instanceof UnixAddress) return [address];
  if (address.isNumeric) return [onInterface(adapter, address, syscall)];
  const { host, port } = address;
  const found = await lookUp(adapter, host, address.family, address);
  if (address.family === AddressFamily.INET) return found.map((one) => new InternetAddress(one, port));
  const { flowInfo } = address;
  return found.map((one) => new Internet6Address(one, port, { flowInfo }));
}

/**
 * The addresses of one family that a host name has, at least one: the same on every runtime.
 *
 * Within a family they come in the system's order, each once. `localhost` is the loopback address on every machine, and
 * nothing is ever found under `.invalid` (RFC 6761 sections 6.3 and 6.4); other names are the system's to find.
 *
 * @param at What an error is to name.
 * @throws {SocketError} `ENOTFOUND`, `EAI_AGAIN`: no such host, or no answer.
 */
export async function lookUp(
  adapter: Adapter,
  host: string,
  family: IpFamily,
  at: Address | string = host,
): Promise<string[]> {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (isWithin(name, "localhost")) {
    return [family === AddressFamily.INET ? InternetAddress.ADDR_LOOPBACK : Internet6Address.ADDR_LOOPBACK];
  }
  if (isWithin(name, "invalid")) throw new SocketError("ENOTFOUND", "getaddrinfo", { at });
  try {
    const found = await adapter.resolve(asciiName(host), family);
    const addresses = [...new Set(found)].filter((address) => familyOf(address) === family);
    if (addresses.length > 0) return addresses;
  } catch (cause) {
    throw asNameError(cause, "getaddrinfo", at);
  }
  throw new SocketError("ENOTFOUND", "getaddrinfo", { at });
}

/** Every way that the runtimes and their resolvers say that there is no such name, or no address of that family. */
const NOT_FOUND = /^(?:DNS_)?(?:ENOTFOUND|ENODATA|ENONAME|EBADNAME|EBADFAMILY|EAI_NONAME|EAI_NODATA|EAI_ADDRFAMILY)$/;
/** And every way that there was no answer. */
const NO_ANSWER = /^(?:DNS_)?(?:ESERVFAIL|EREFUSED|ETIMEOUT|ECONNREFUSED|ECANCELLED|EAI_AGAIN|EAI_FAIL)$/;

/** A runtime's failure to find a name, under the code that it has on every runtime. */
export function asNameError(cause: unknown, syscall: Syscall, at: Address | string): SocketError {
  const { code } = Object(cause) as { code?: unknown };
  if (cause instanceof SocketError || typeof code !== "string") return asSocketError(cause, syscall, at);
  if (NOT_FOUND.test(code)) return new SocketError("ENOTFOUND", syscall, { at, cause });
  if (NO_ANSWER.test(code)) return new SocketError("EAI_AGAIN", syscall, { at, cause });
  return asSocketError(cause, syscall, at);
}

function isWithin(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** The name as DNS has it: letters beyond ASCII in Punycode (UTS 46), which not every runtime's resolver does itself. */
function asciiName(host: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them.
  if (/^[\u0000-\u007f]*$/.test(host)) return host;
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    return host;
  }
}
