import { AddressFamily } from "../constants.ts";
import type { Address } from "./address.ts";
import { InternetAddress } from "./internet-address.ts";
import { Internet6Address } from "./internet6-address.ts";
import { UnixAddress } from "./unix-address.ts";
import { UnknownAddress } from "./unknown-address.ts";

/**
 * The address that its `toJSON()` was made of.
 *
 * @throws {TypeError} `json` is none.
 * @throws {RangeError} A port or another number is out of range.
 * @throws {SocketError} `ENAMETOOLONG`: the path is too long.
 *
 * @example
 * ```ts
 * addressFromJSON(JSON.parse(JSON.stringify(address))).equals(address); // true
 * ```
 */
export function addressFromJSON(json: unknown): Address | UnknownAddress {
  const fields: Record<string, unknown> = typeof json === "object" && json !== null ? { ...json } : {};
  const { family, host, port, flowInfo, path, bytes } = fields;
  switch (family) {
    case AddressFamily.INET:
      return new InternetAddress(host as string, port as number);
    case AddressFamily.INET6:
      return new Internet6Address(
        host as string,
        port as number,
        flowInfo === undefined ? {} : { flowInfo: flowInfo as number },
      );
    case AddressFamily.UNIX:
      return path === "" ? UnixAddress.UNNAMED : new UnixAddress(path as string);
  }
  if (typeof family === "number" && typeof bytes === "string" && /^(?:[\da-f]{2})*$/.test(bytes)) {
    return new UnknownAddress(
      family,
      Uint8Array.from(bytes.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
    );
  }
  throw new TypeError(`${JSON.stringify(json)} is no address`);
}
