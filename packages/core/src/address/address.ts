import { AddressFamily } from "../constants.ts";
import { canonicalInternet6, checkPort, isInternet } from "./host.ts";
import { InternetAddress } from "./internet-address.ts";
import { Internet6Address } from "./internet6-address.ts";
import { UnixAddress } from "./unix-address.ts";
import { UnknownAddress } from "./unknown-address.ts";

/** An address of the Internet's, of either version. */
export type IpAddress = InternetAddress | Internet6Address;

/**
 * Where a socket is, or where it is to go. An immutable value.
 *
 * Its `family` is that of the sockets it is for: `new Socket(address.family, SocketType.STREAM)`.
 */
export type Address = IpAddress | UnixAddress;

/** The families whose addresses have names to look up. */
export type IpFamily = IpAddress["family"];

/** Whether it is one of this library's addresses; one of an unknown family is, too, but no socket is of that family. */
export function isAddress(value: unknown): value is Address | UnknownAddress {
  return (
    value instanceof InternetAddress ||
    value instanceof Internet6Address ||
    value instanceof UnixAddress ||
    value instanceof UnknownAddress
  );
}

/** No address in particular: every interface of this machine and a port of the system's choice; for Unix, no name. */
export function anyAddress(family: AddressFamily): Address {
  if (family === AddressFamily.UNIX) return UnixAddress.UNNAMED;
  return family === AddressFamily.INET
    ? new InternetAddress(InternetAddress.PORT_ANY)
    : new Internet6Address(Internet6Address.PORT_ANY);
}

/** Whether it is that of every interface of this machine, `0.0.0.0` or `::`, and so that of none. Source: RFC 4291 section 2.5.2. */
export function isUnspecified({ host }: { readonly host?: string }): boolean {
  return host === InternetAddress.ADDR_ANY || host === Internet6Address.ADDR_ANY;
}

/** The Internet address of a family for a host and a port. */
export function ipAddress(family: IpFamily, host: string, port: number): IpAddress {
  return family === AddressFamily.INET ? new InternetAddress(host, port) : new Internet6Address(host, port);
}

/** The family of a numeric host; undefined for a name. */
export function familyOf(host: string): IpFamily | undefined {
  if (isInternet(host)) return AddressFamily.INET;
  return canonicalInternet6(host) === undefined ? undefined : AddressFamily.INET6;
}

/** How many addresses are remembered, a power of two. */
const MOST_RECENT = 64;

/** Those told lately, each at the place that its port gives it: datagrams come from the same few senders again and again. */
const recent: (IpAddress | undefined)[] = new Array(MOST_RECENT).fill(undefined);

/**
 * The address for a numeric host, of whichever family it is.
 *
 * @throws {TypeError} `host` is not numeric.
 * @throws {RangeError} The port is not a whole number from 0 to 65535.
 */
export function numericAddress(host: string, port: number): IpAddress {
  const known = recent[port % MOST_RECENT];
  if (known !== undefined && known.port === port && known.host === host) return known;
  const family = familyOf(host);
  if (family === undefined) throw new TypeError(`${host} is neither an IPv4 nor an IPv6 address`);
  const address = ipAddress(family, host, checkPort(port));
  recent[port % MOST_RECENT] = address;
  return address;
}
