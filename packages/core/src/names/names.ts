import type { Adapter } from "../adapter.ts";
import { checkName, checkPort } from "../address/host.ts";
import { familyOf, type IpAddress, type IpFamily, numericAddress } from "../address.ts";
import { AddressFamily } from "../constants.ts";
import { SocketError, type Syscall } from "../errors.ts";
import { limited } from "../limited.ts";
import { asNameError } from "../resolve.ts";
import type { WaitOptions } from "../socket.ts";
import { limitOf } from "../wait.ts";
import { type AddressInfo, type AddressInfoHints, findAddressInfo } from "./address-info.ts";
import { lookUpFamilies } from "./both-families.ts";
import { aliasChain } from "./canonical-name.ts";

/** Limits of a look-up. A name that was not found in time gives `ETIMEDOUT`. */
export interface LookUpOptions extends WaitOptions {
  /** Default: both. */
  readonly family?: IpFamily | undefined;
  /** Find the canonical name and the aliases too, by the CNAME records of DNS: an enquiry more. */
  readonly canonicalName?: boolean | undefined;
}

/** A host with its names and addresses: hostent of gethostbyname(3), D's `InternetHost`. */
export interface InternetHost {
  /** The canonical name if it was asked for, else the name that was looked up. */
  readonly name: string;
  /** The other names on the way to it. No runtime tells those of the hosts file. */
  readonly aliases: readonly string[];
  /** Numeric, in the order in which they are to be tried. */
  readonly addresses: readonly string[];
}

/** The look-ups of an adapter: what needs the system's resolver. One order and one set of errors on every runtime. */
export interface Names {
  /**
   * The addresses of a host, with a port: IPv6 and IPv4 in turns, beginning with IPv6; within a family as the system orders
   * them. `localhost` is always loopback.
   *
   * @throws {SocketError} `ENOTFOUND`, `EAI_AGAIN`: no such host, or no answer. `ETIMEDOUT`: the timeout passed.
   * @throws {RangeError} The port is not a whole number from 0 to 65535.
   *
   * Source: getaddrinfo(3); the order, RFC 6724 and RFC 8305 section 4; D's `getAddress()`.
   */
  getAddresses(host: string, port: number, options?: LookUpOptions): Promise<IpAddress[]>;

  /** The first of `getAddresses()`. (D's function of this name returns them all.) */
  getAddress(host: string, port: number, options?: LookUpOptions): Promise<IpAddress>;

  /**
   * The ways to reach a service on a host.
   *
   * `canonicalName` follows the CNAME records of DNS: what getaddrinfo(3) itself knows of it, no runtime hands on.
   *
   * @param host undefined: this machine; see `passive`.
   * @param service A port, or a service of this library's table. Default: port 0.
   * @throws {SocketError} `ENOTFOUND`, `EAI_AGAIN`: no such host, or no answer. `ETIMEDOUT`: the timeout passed.
   * @throws {SocketError} `EAI_SERVICE`: no such service. `EAI_SOCKTYPE`: the hints contradict each other.
   *
   * Source: getaddrinfo(3); D's `getAddressInfo()`.
   */
  getAddressInfo(host: string | undefined, service?: string | number, hints?: AddressInfoHints): Promise<AddressInfo[]>;

  /**
   * A host by its name.
   *
   * @throws {SocketError} `ENOTFOUND`, `EAI_AGAIN`: no such host, or no answer. `ETIMEDOUT`: the timeout passed.
   *
   * Source: gethostbyname(3), but of both families; D's `InternetHost.getHostByName()`.
   */
  getHostByName(name: string, options?: LookUpOptions): Promise<InternetHost>;

  /**
   * A host by its address, given as text or as an address whose port does not matter. Loopback is `localhost`.
   *
   * No runtime tells more than one name, so that `aliases` is empty.
   *
   * @throws {SocketError} `ENOTFOUND`, `EAI_AGAIN`: it has no name, or no answer. `ETIMEDOUT`: the timeout passed.
   * @throws {TypeError} `address` is not numeric.
   *
   * Source: gethostbyaddr(3), getnameinfo(3); D's `InternetHost.getHostByAddr()`.
   */
  getHostByAddress(address: string | IpAddress, options?: WaitOptions): Promise<InternetHost>;
}

/** The look-ups of an adapter: what the adapter's package exports. */
export function names(adapter: Adapter): Names {
  const getAddresses: Names["getAddresses"] = async (host, port, options) => {
    checkPort(port);
    checkOptions(host, options);
    const found = await within(options, "getaddrinfo", host, () => lookUpFamilies(adapter, host, options?.family));
    return found.map((address) => numericAddress(address, port));
  };
  return {
    getAddresses,
    getAddress: async (host, port, options) => (await getAddresses(host, port, options))[0] as IpAddress,
    getAddressInfo: async (host, service = 0, hints = {}) => {
      checkOptions(host, hints);
      if (typeof service === "number") checkPort(service);
      return within(hints, "getaddrinfo", host ?? "", () => findAddressInfo(adapter, host, service, hints));
    },
    getHostByName: async (name, options) => {
      checkOptions(name, options);
      return within(options, "getaddrinfo", name, async () => {
        const [addresses, chain] = await Promise.all([
          lookUpFamilies(adapter, name, options?.family),
          options?.canonicalName ? aliasChain(adapter, name) : [name],
        ]);
        return { name: chain.at(-1) ?? name, aliases: chain.slice(0, -1), addresses };
      });
    },
    getHostByAddress: async (address, options) => {
      const { host } = typeof address === "string" ? numericAddress(address, 0) : address;
      if (familyOf(host) === undefined) throw new TypeError(`${host} is no address, but a name`);
      const name = await within(options, "getnameinfo", host, () => nameOf(adapter, host));
      return { name, aliases: [], addresses: [host] };
    },
  };
}

/** Loopback has its name on every machine, as the name has its address. */
async function nameOf(adapter: Adapter, host: string): Promise<string> {
  if (host === "127.0.0.1" || host === "::1") return "localhost";
  const [withoutZone = host] = host.split("%", 1);
  try {
    return await adapter.reverse(withoutZone);
  } catch (cause) {
    throw asNameError(cause, "getnameinfo", host);
  }
}

function within<T>(options: WaitOptions | undefined, syscall: Syscall, at: string, work: () => Promise<T>): Promise<T> {
  return limited(new AbortController(), limitOf(options), () => new SocketError("ETIMEDOUT", syscall, { at }), work);
}

function checkOptions(host: string | undefined, options: { readonly family?: unknown } | undefined): void {
  if (host !== undefined && typeof host !== "string") throw new TypeError(`A host is text, not ${typeof host}`);
  if (host !== undefined && familyOf(host) === undefined) checkName(host);
  const { family } = options ?? {};
  if (family !== undefined && family !== AddressFamily.INET && family !== AddressFamily.INET6) {
    throw new TypeError(`Names are looked up for AddressFamily.INET or INET6, not ${String(family)}`);
  }
}
