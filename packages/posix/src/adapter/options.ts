import type { EarlyOptions, GroupOnInterface, InterfaceId, OptionLevel, OptionName } from "@omnisock/core";
import type { Descriptor } from "../descriptor.ts";
import { setSocketOption } from "../options.ts";

/** Sets what was chosen before there was a socket, and is to be set before it has an address. @throws {SocketError} */
export function setEarly(descriptor: Descriptor, early: EarlyOptions): void {
  const { SO_BINDTODEVICE, TCP_FASTOPEN, TCP_FASTOPEN_CONNECT } = early;
  if (SO_BINDTODEVICE !== undefined) {
    setSocketOption(descriptor, descriptorOf("SO_BINDTODEVICE"), SO_BINDTODEVICE);
  }
  if (TCP_FASTOPEN > 0) setSocketOption(descriptor, descriptorOf("TCP_FASTOPEN"), TCP_FASTOPEN);
  if (TCP_FASTOPEN_CONNECT) setSocketOption(descriptor, descriptorOf("TCP_FASTOPEN_CONNECT"), true);
}

/** An option as the kernel names it. */
interface Named {
  readonly name: OptionName;
  readonly level: OptionLevel;
}

const named = new Map<OptionName, Named>();

/** Name and level of an option of which an adapter is told only the name. */
export function descriptorOf(name: OptionName): Named {
  const known = named.get(name) ?? { name, level: levelOf(name) };
  named.set(name, known);
  return known;
}

function levelOf(name: OptionName): OptionLevel {
  const [prefix] = name.split("_", 1);
  if (prefix === "TCP") return "IPPROTO_TCP";
  if (prefix === "IP") return "IPPROTO_IP";
  if (prefix === "IPV6") return "IPPROTO_IPV6";
  return prefix === "UDP" ? "SOL_UDP" : "SOL_SOCKET";
}

/** The value as a caller would give it: an interface by its address over IPv4, where it may have several, else by its name. */
export function valueFor(name: OptionName, value: unknown): unknown {
  const by = name.startsWith("IPV6_") ? "name" : "address";
  if (name.endsWith("_IF")) return (value as InterfaceId | undefined)?.[by];
  if (!name.endsWith("MEMBERSHIP") && !name.endsWith("_GROUP")) return value;
  const { group, interface: on } = value as GroupOnInterface;
  return { group, interface: on?.[by] };
}
