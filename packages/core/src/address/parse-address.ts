import { AddressFamily } from "../constants.ts";
import { type Address, familyOf, type IpFamily, ipAddress } from "./address.ts";
import { checkPort } from "./host.ts";
import { UnixAddress } from "./unix-address.ts";

export interface ParseAddressOptions {
  /** The port of a text without one. Default: none, the text must have it. */
  readonly port?: number | undefined;
  /** The family of a host name; a numeric host has its own. Default: `AddressFamily.INET`. */
  readonly family?: IpFamily | undefined;
}

/** A host and a port, before anyone knows of which family. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** `[host]:port`, `host:port` or `host`; the host may be an IPv6 address without brackets when there is no port. */
const HOST_AND_PORT = /^(?:\[(?<bracketed>[^[\]]*)\]|(?<bare>[^:]*|[^:]*:[^:]*:.*))(?::(?<port>[^:]*))?$/s;

/**
 * The address that a text stands for; the other way is `address.toString()`.
 *
 * `127.0.0.1:80`, `[::1]:80`, `[fe80::1%eth0]:80`, `example.org:80`, `unix:/path`, `unix:@abstract-name`; with a default port
 * also the bare host: `127.0.0.1`, `::1`, `[::1]`, `example.org`. Nothing is looked up.
 *
 * @throws {TypeError} The text is no address.
 * @throws {RangeError} The port is not a whole number from 0 to 65535.
 * @throws {SocketError} `ENAMETOOLONG`: the path is too long.
 *
 * @example
 * ```ts
 * parseAddress("[::1]:80"); // Internet6Address
 * parseAddress("example.org", { port: 80, family: AddressFamily.INET6 }).toString(); // "example.org:80"
 * ```
 */
export function parseAddress(text: string, options: ParseAddressOptions = {}): Address {
  const target = parseTarget(text, options.port);
  if (target instanceof UnixAddress) return target;
  const { host, port } = target;
  return ipAddress(familyOf(host) ?? options.family ?? AddressFamily.INET, host, port);
}

/** What `text` names: a Unix address, or a host, perhaps a name of both families, and a port. */
export function parseTarget(text: string, defaultPort?: number): UnixAddress | HostAndPort {
  if (typeof text !== "string") throw new TypeError(`An address is parsed from text, not ${typeof text}`);
  if (text.startsWith("unix:")) return parsePath(text.slice("unix:".length));
  const { bracketed, bare, port } = HOST_AND_PORT.exec(text)?.groups ?? {};
  const host = bracketed ?? bare ?? "";
  if (host === "") throw new TypeError(`${JSON.stringify(text)} is no address: expected host:port or unix:/path`);
  if (bracketed !== undefined && familyOf(host) !== AddressFamily.INET6) {
    throw new TypeError(`${JSON.stringify(text)} is no address: only an IPv6 address stands in brackets`);
  }
  return { host, port: portOf(port, text, defaultPort) };
}

function parsePath(path: string): UnixAddress {
  return path.startsWith("@") ? UnixAddress.abstract(path.slice(1)) : new UnixAddress(path);
}

function portOf(digits: string | undefined, text: string, defaultPort: number | undefined): number {
  if (digits === undefined) {
    if (defaultPort === undefined) throw new TypeError(`${JSON.stringify(text)} has no port: expected host:port`);
    return checkPort(defaultPort);
  }
  return checkPort(/^\d{1,5}$/.test(digits) ? Number(digits) : digits);
}
