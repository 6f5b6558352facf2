import { familyOf, Internet6Address, InternetAddress, type IpFamily } from "../address.ts";
import { AddressFamily } from "../constants.ts";
import type { OptionLevel, OptionName, OptionToSet, SocketOption } from "./option.ts";

/** A multicast group on a network interface. */
export interface Membership {
  /** The group's numeric address, such as `"239.1.2.3"` or `"ff02::1234"`. */
  readonly group: string;
  /** The interface: its name, or one of its addresses. Default: the one that the system's routes lead to. */
  readonly interface?: string | undefined;
}

/** An option that joins or leaves a group. */
export function membership(name: OptionName, level: OptionLevel, family: IpFamily): OptionToSet<Membership> {
  const check = (value: unknown): Membership => {
    const { group, interface: on } = Object(value) as { group?: unknown; interface?: unknown };
    if (typeof group !== "string" || familyOf(group) !== family) {
      throw new TypeError(`${name} takes a \`group\`, a numeric address of the socket's family, not ${String(group)}`);
    }
    if (!isMulticast(group)) throw new RangeError(`${group} is no multicast address`);
    return { group, interface: interfaceOf(name, on) };
  };
  return { name, level, isEarly: false, check };
}

/** An option that chooses an interface; undefined is the system's choice. */
export function networkInterface(name: OptionName, level: OptionLevel): SocketOption<string | undefined> {
  const check = (value: unknown): string | undefined => interfaceOf(name, value);
  return { name, level, isReadable: true, initial: undefined, isEarly: false, check };
}

function interfaceOf(name: OptionName, value: unknown): string | undefined {
  if (value === undefined || value === InternetAddress.ADDR_ANY || value === Internet6Address.ADDR_ANY)
    return undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`${name} takes an interface's name or address, not ${String(value)}`);
}

/** Source: RFC 5771, 224.0.0.0/4; RFC 4291 section 2.7, ff00::/8. */
function isMulticast(address: string): boolean {
  if (familyOf(address) === AddressFamily.INET6) return /^ff[0-9a-f]{2}:[^%]*$/i.test(address);
  const first = Number.parseInt(address, 10);
  return first >= 224 && first < 240;
}
