import { AddressFamily } from "../constants.ts";
import { canonicalInternet6, checkName, hostOf, isInternet, portOf } from "./host.ts";

/** What an IPv6 address can have besides host and port. */
export interface Internet6Details {
  /** Traffic class and flow label, 0 to 2³²−1, as sin6_flowinfo in host byte order. Default: 0. */
  readonly flowInfo?: number;
  /** The network interface of a link-local address: its index or its name, as after the `%` of a host. Default: 0, none. */
  readonly scopeId?: number | string;
}

/**
 * An IPv6 address or host name, and a port.
 *
 * The address is kept in its canonical form (RFC 5952), so that equal addresses have equal text. The value never changes.
 *
 * `flowInfo` is kept and compared, but no runtime hands it on, as Linux does not either without IPV6_FLOWINFO_SEND.
 *
 * @param details.scopeId The same as a `%zone` in the host; giving both is allowed where they agree.
 * @throws {TypeError} The host is not a string, an IPv4 address, or neither an address nor a possible name.
 * @throws {RangeError} The port is not a whole number from 0 to 65535, or a detail is out of range.
 *
 * Source: ipv6(7), sockaddr_in6; RFC 4007 section 11 for `%`.
 *
 * @example
 * ```ts
 * new Internet6Address("0:0:0:0:0:0:0:1", 80).toString(); // "[::1]:80"
 * new Internet6Address("fe80::1", 80, { scopeId: "eth0" }).toString(); // "[fe80::1%eth0]:80"
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
  /** Canonical hexadecimal with its `%zone`, or a host name as it was given. */
  readonly host: string;
  /** 0 to 65535. */
  readonly port: number;
  /** The interface of a link-local address: its index, or its name, which only the system can tell apart; 0: none. */
  readonly scopeId: number | string;
  /** Traffic class and flow label. */
  readonly flowInfo: number;
  /** Whether the host is an address already, so that nothing needs looking up. */
  readonly isNumeric: boolean;

  constructor(port: number);
  constructor(host: string, port: number, details?: Internet6Details);
  constructor(hostOrPort: string | number, port?: number, details: Internet6Details = {}) {
    const given = hostOf(hostOrPort, Internet6Address.ADDR_ANY);
    this.port = portOf(hostOrPort, port);
    if (isInternet(given)) {
      throw new TypeError(`${given} is an IPv4 address: use InternetAddress for it`);
    }
    const { flowInfo = 0, scopeId } = details;
    if (!(Number.isInteger(flowInfo) && flowInfo >= 0 && flowInfo < 2 ** 32)) {
      throw new RangeError(`A flowInfo is a whole number from 0 to 4294967295, not ${String(flowInfo)}`);
    }
    const host = canonicalInternet6(scopeId === undefined ? given : withZone(given, scopeId));
    if (host === undefined) checkName(given);
    this.host = host ?? given;
    this.scopeId = scopeIdOf(host);
    this.flowInfo = flowInfo;
    this.isNumeric = host !== undefined;
    Object.freeze(this);
  }

  /** Whether `other` is of the same family, host, zone, port and flow. A name equals only the same name. */
  equals(other: { toString(): string }): boolean {
    return (
      other instanceof Internet6Address &&
      this.host === other.host &&
      this.port === other.port &&
      this.flowInfo === other.flowInfo
    );
  }

  /** `[address]:port`, or `name:port`. */
  toString(): string {
    return this.isNumeric ? `[${this.host}]:${this.port}` : `${this.host}:${this.port}`;
  }

  /** What `addressFromJSON()` makes an address of again. */
  toJSON(): { family: "INET6"; host: string; port: number; flowInfo?: number } {
    const { family, host, port, flowInfo } = this;
    return flowInfo === 0 ? { family, host, port } : { family, host, port, flowInfo };
  }
}

function withZone(host: string, scopeId: number | string): string {
  if (typeof scopeId === "number" && !(Number.isInteger(scopeId) && scopeId >= 0 && scopeId < 2 ** 32)) {
    throw new RangeError(`A scopeId is an interface's name, or its index from 0 to 4294967295, not ${scopeId}`);
  }
  const [address = "", zone] = host.split("%", 2);
  if (canonicalInternet6(host) === undefined) {
    throw new TypeError(`Only an IPv6 address has a scopeId, and ${host} is none`);
  }
  if (zone !== undefined && zone !== String(scopeId)) {
    throw new TypeError(`${host} has another zone than scopeId ${scopeId}`);
  }
  const scoped = `${address}%${scopeId}`;
  if (canonicalInternet6(scoped) === undefined) {
    throw new TypeError(`${JSON.stringify(scopeId)} is no interface's name`);
  }
  return scoped;
}

function scopeIdOf(host: string | undefined): number | string {
  const zone = host?.split("%", 2)[1];
  if (zone === undefined) return 0;
  return /^\d+$/.test(zone) ? Number(zone) : zone;
}
