import type { EarlyOptions, GroupOnInterface, InterfaceId, OptionLevel, OptionName } from "@omnisock/core";
import type { Descriptor } from "../descriptor.ts";
import { setSocketOption } from "../options.ts";

/** Sets what was chosen before there was a socket, and is to be set before it has an address. @throws {SocketError} */
export function setEarly(descriptor: Descriptor, { SO_BINDTODEVICE, TCP_FASTOPEN_CONNECT }: EarlyOptions): void {
  if (SO_BINDTODEVICE !== undefined) {
    setSocketOption(descriptor, descriptorOf("SO_BINDTODEVICE"), SO_BINDTODEVICE);
  }
  if (TCP_FASTOPEN_CONNECT) setSocketOption(descriptor, descriptorOf("TCP_FASTOPEN_CONNECT"), true);
}

/** Name and level of an option of which an adapter is told only the name. */
export function descriptorOf(name: OptionName): { readonly name: OptionName; readonly level: OptionLevel } {
  const [prefix] = name.split("_", 1);
  const level =
    prefix === "TCP"
      ? "IPPROTO_TCP"
      : prefix === "IP"
        ? "IPPROTO_IP"
        : prefix === "IPV6"
          ? "IPPROTO_IPV6"
          : prefix === "UDP"
            ? "SOL_UDP"
            : "SOL_SOCKET";
  return { name, level };
}

/** The value as a caller would give it: an interface by its address over IPv4, where it may have several, else by its name. */
export function valueFor(name: OptionName, value: unknown): unknown {
  const by = name.startsWith("IPV6_") ? "name" : "address";
  if (name.endsWith("_IF")) return (value as InterfaceId | undefined)?.[by];
  if (!/MEMBERSHIP$|_GROUP$/.test(name)) return value;
  const { group, interface: on } = value as GroupOnInterface;
  return { group, interface: on?.[by] };
}
