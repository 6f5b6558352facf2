import type { EarlyOptions, GroupOnInterface, InterfaceId, OptionLevel, OptionName } from "@omnisock/core";
import type { Descriptor } from "../descriptor.ts";
import { setSocketOption } from "../options.ts";

/** Sets what was chosen before there was a socket, before it has an address or a peer. @throws {SocketError} */
export function setEarly(descriptor: Descriptor, { settings }: EarlyOptions): void {
  for (const [name, value] of settings) setOption(descriptor, name, value);
}

/** Sets an option that core knows by its name. @throws {SocketError} */
export function setOption(descriptor: Descriptor, name: OptionName, value: unknown): void {
  setSocketOption(descriptor, descriptorOf(name), valueFor(name, value));
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
function valueFor(name: OptionName, value: unknown): unknown {
  const by = name.startsWith("IPV6_") ? "name" : "address";
  if (name.endsWith("_IF")) return (value as InterfaceId | undefined)?.[by];
  if (!name.endsWith("MEMBERSHIP") && !name.endsWith("_GROUP")) return value;
  const { group, interface: on } = value as GroupOnInterface;
  return { group, interface: on?.[by] };
}
