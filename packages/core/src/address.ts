import { AddressFamily } from "./constants.ts";

/** Where a socket is, or where it is to go. An immutable value. */
export type Address = InternetAddress | Internet6Address;

/**
 * An IPv4 address or host name, and a port.
 *
 * A host name is looked up when the address is used, not here.
 *
 * @throws {TypeError} The host is not a string, or an IPv6 address.
 * @throws {RangeError} The port is not a whole number from 0 to 65535.
 *
 * Source: ip(7), sockaddr_in.
 *
 * @example
 * ```ts
 * new InternetAddress("127.0.0.1", 2525).toString(); // "127.0.0.1:2525"
 * new InternetAddress(2525).toString(); // "0.0.0.0:2525": every interface of this machine
 * ```
 */
export class InternetAddress {
  /** Every IPv4 interface of this machine (INADDR_ANY). */
  static readonly ADDR_ANY = "0.0.0.0";
  /** This machine only (INADDR_LOOPBACK). */
  static readonly ADDR_LOOPBACK = "127.0.0.1";
  /** Let the system choose a free port. */
  static readonly PORT_ANY = 0;

  readonly family: typeof AddressFamily.INET = AddressFamily.INET;
  /** Dotted decimal, or a host name as it was given. */
  readonly host: string;
  /** 0 to 65535. */
  readonly port: number;

  constructor(port: number);
  constructor(host: string, port: number);
  constructor(hostOrPort: string | number, port?: number) {
    [this.host, this.port] = hostAndPort(hostOrPort, port, InternetAddress.ADDR_ANY);
    if (isInternet6(this.host)) {
      throw new TypeError(`${this.host} is an IPv6 address: use Internet6Address for it`);
    }
  }

  /** Whether the host is an address already, so that nothing needs looking up. */
  get isNumeric(): boolean {
    return isInternet(this.host);
  }

  equals(other: Address): boolean {
    return sameAddress(this, other);
  }

  /** `host:port`. */
  toString(): string {
    return `${this.host}:${this.port}`;
  }
}

/**
 * An IPv6 address or host name, and a port.
 *
 * The address is kept in its canonical form (RFC 5952), so that equal addresses have equal text.
 *
 * @throws {TypeError} The host is not a string, or an IPv4 address.
 * @throws {RangeError} The port is not a whole number from 0 to 65535.
 *
 * Source: ipv6(7), sockaddr_in6.
 *
 * @example
 * ```ts
 * new Internet6Address("0:0:0:0:0:0:0:1", 80).toString(); // "[::1]:80"
 * ```
 */
export class Internet6Address {
  /** Every interface of this machine (in6addr_any). */
  static readonly ADDR_ANY = "::";
  /** This machine only (in6addr_loopback). */
  static readonly ADDR_LOOPBACK = "::1";
  /** Let the system choose a free port. */
  static readonly PORT_ANY = 0;

  readonly family: typeof AddressFamily.INET6 = AddressFamily.INET6;
  /** Canonical hexadecimal, or a host name as it was given. */
  readonly host: string;
  /** 0 to 65535. */
  readonly port: number;

  constructor(port: number);
  constructor(host: string, port: number);
  constructor(hostOrPort: string | number, port?: number) {
    const [host, checkedPort] = hostAndPort(hostOrPort, port, Internet6Address.ADDR_ANY);
    if (isInternet(host)) {
      throw new TypeError(`${host} is an IPv4 address: use InternetAddress for it`);
    }
    this.host = canonicalInternet6(host) ?? host;
    this.port = checkedPort;
  }

  /** Whether the host is an address already, so that nothing needs looking up. */
  get isNumeric(): boolean {
    return isInternet6(this.host);
  }

  equals(other: Address): boolean {
    return sameAddress(this, other);
  }

  /** `[address]:port`, or `name:port`. */
  toString(): string {
    return this.isNumeric ? `[${this.host}]:${this.port}` : `${this.host}:${this.port}`;
  }
}

/**
 * The address for a numeric host, of whichever family it is.
 *
 * @throws {TypeError} `host` is not numeric.
 * @throws {RangeError} The port is not a whole number from 0 to 65535.
 */
export function numericAddress(host: string, port: number): Address {
  if (isInternet(host)) return new InternetAddress(host, port);
  if (isInternet6(host)) return new Internet6Address(host, port);
  throw new TypeError(`${host} is neither an IPv4 nor an IPv6 address`);
}

function hostAndPort(hostOrPort: string | number, port: number | undefined, any: string): [string, number] {
  const [host, number] = typeof hostOrPort === "number" ? [any, hostOrPort] : [hostOrPort, port];
  if (typeof host !== "string") {
    throw new TypeError(`An address needs a host name or a port, not ${String(host)}`);
  }
  if (!Number.isInteger(number) || (number as number) < 0 || (number as number) > 65535) {
    throw new RangeError(`A port is a whole number from 0 to 65535, not ${String(number)}`);
  }
  return [host === "" ? any : host, number as number];
}

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const DOTTED_DECIMAL = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

function isInternet(host: string): boolean {
  return DOTTED_DECIMAL.test(host);
}

function isInternet6(host: string): boolean {
  return canonicalInternet6(host) !== undefined;
}

/** The text that RFC 5952 recommends, a zone (`%eth0`) kept as it is; undefined when `host` is no IPv6 address. */
function canonicalInternet6(host: string): string | undefined {
  if (!host.includes(":")) return undefined;
  const [address = "", ...zone] = host.split("%");
  if (!/^[\da-f:.]+$/i.test(address)) return undefined;
  try {
    return [new URL(`tcp://[${address}]`).hostname.slice(1, -1), ...zone].join("%");
  } catch {
    return undefined;
  }
}

function sameAddress(one: Address, other: Address): boolean {
  return one.family === other.family && one.host === other.host && one.port === other.port;
}
