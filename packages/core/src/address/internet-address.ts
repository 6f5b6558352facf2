import { AddressFamily } from "../constants.ts";
import { canonicalInternet6, checkName, hostOf, isInternet, portOf } from "./host.ts";

/**
 * An IPv4 address or host name, and a port.
 *
 * A host name is looked up when the address is used, not here. The value never changes.
 *
 * @throws {TypeError} The host is not a string, an IPv6 address, or neither an address nor a possible name.
 * @throws {RangeError} The port is not a whole number from 0 to 65535.
 *
 * Source: ip(7), sockaddr_in; D's `std.socket.InternetAddress`.
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
  /** Whether the host is an address already, so that nothing needs looking up. */
  readonly isNumeric: boolean;

  constructor(port: number);
  constructor(host: string, port: number);
  constructor(hostOrPort: string | number, port?: number) {
    this.host = hostOf(hostOrPort, InternetAddress.ADDR_ANY);
    this.port = portOf(hostOrPort, port);
    this.isNumeric = isInternet(this.host);
    if (!this.isNumeric) {
      if (canonicalInternet6(this.host) !== undefined) {
        throw new TypeError(`${this.host} is an IPv6 address: use Internet6Address for it`);
      }
      checkName(this.host);
    }
    Object.freeze(this);
  }

  /** Whether `other` is of the same family, host and port. A name equals only the same name. */
  equals(other: { toString(): string }): boolean {
    return other instanceof InternetAddress && this.host === other.host && this.port === other.port;
  }

  /** `host:port`. */
  toString(): string {
    return `${this.host}:${this.port}`;
  }

  /** What `addressFromJSON()` makes an address of again. */
  toJSON(): { family: "INET"; host: string; port: number } {
    return { family: this.family, host: this.host, port: this.port };
  }
}
