import type { Adapter } from "../adapter.ts";
import type { AddressFamily } from "../constants.ts";
import { SocketError } from "../errors.ts";
import type { OptionName } from "./option.ts";
import { optionError } from "./option-error.ts";

/** One address of a network interface of this machine. */
export interface NetworkInterface {
  /** Such as `"eth0"`. */
  readonly name: string;
  readonly family: typeof AddressFamily.INET | typeof AddressFamily.INET6;
  /** Numeric, without zone. */
  readonly address: string;
  /** The interface's index, where this entry tells it: link-local IPv6 addresses do; 0 where not. */
  readonly scopeId: number;
}

/** A network interface, as the runtimes want it named: each in another way. */
export interface InterfaceId {
  readonly name: string;
  readonly index: number;
  /** One of its addresses, of the socket's family. */
  readonly address: string;
}

/** Linux gives the loopback interface, which has no link-local address that would tell, this index (LOOPBACK_IFINDEX). */
const LOOPBACK_INDEX = 1;

/**
 * The interface that has this name or address.
 *
 * Asked for before the runtime is, since Node and Bun take an unknown IPv6 interface for any.
 *
 * @throws {SocketError} `ENODEV`: this machine has none such, or none with an address of the family.
 */
export function findInterface(
  adapter: Adapter,
  family: AddressFamily,
  nameOrAddress: string,
  option: OptionName,
): InterfaceId {
  const all = interfacesOf(adapter, option);
  const isIt = (one: NetworkInterface): boolean =>
    one.family === family && (one.name === nameOrAddress || one.address === nameOrAddress);
  const found = all.find(isIt);
  if (found === undefined) throw new SocketError("ENODEV", "setsockopt", { option });
  const { name, address } = found;
  const isLoopback = address === "::1" || address.startsWith("127.");
  const index = all.find((one) => one.name === name && one.scopeId > 0)?.scopeId ?? (isLoopback ? LOOPBACK_INDEX : 0);
  return { name, address, index };
}

/** @throws {SocketError} What the runtime says: on Deno, `EACCES` without `--allow-sys=networkInterfaces`. */
function interfacesOf(adapter: Adapter, option: OptionName): readonly NetworkInterface[] {
  try {
    return adapter.interfaces();
  } catch (cause) {
    throw optionError(cause, "setsockopt", option);
  }
}
