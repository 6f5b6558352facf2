/** The interface of a link-local address, which runtimes forget, or know by another name. */
import type { Adapter } from "../adapter.ts";
import { SocketError, type Syscall } from "../errors.ts";
import type { Address } from "./address.ts";
import { Internet6Address } from "./internet6-address.ts";

/**
 * The address with its interface by name: what every runtime takes.
 *
 * @throws {SocketError} `ENODEV`: this machine has no such interface.
 *
 * Source: RFC 4007 section 11.2.
 */
export function onInterface<A extends Address>(adapter: Adapter, at: A, syscall: Syscall): A | Internet6Address {
  if (!(at instanceof Internet6Address) || at.scopeId === 0) return at;
  const interfaces = interfacesOf(adapter);
  if (interfaces === undefined) return at;
  const found = interfaces.find(({ name, scopeId }) => name === at.scopeId || scopeId === at.scopeId);
  if (found === undefined) throw new SocketError("ENODEV", syscall, { at });
  return found.name === at.scopeId ? at : withScope(at, found.name);
}

/** For adapters: the address as a runtime that tells no interface has it, on the one of the socket's own or its peer's. */
export function scopedAs<A extends Address>(address: A, known: Address | undefined): A | Internet6Address {
  if (!lacksInterface(address) || !(known instanceof Internet6Address) || known.scopeId === 0) return address;
  return withScope(address, known.scopeId);
}

/** For adapters: the same for an address of this machine, which is on the one interface that has it. */
export function scopedHere<A extends Address>(address: A, interfaces: Adapter["interfaces"]): A | Internet6Address {
  if (!lacksInterface(address)) return address;
  const [own, ...others] = interfacesOf({ interfaces })?.filter((one) => one.address === address.host) ?? [];
  return own === undefined || others.length > 0 ? address : withScope(address, own.name);
}

/** For adapters: whether the address is a link-local one without its interface. */
export function lacksInterface(address: Address): address is Internet6Address {
  return address instanceof Internet6Address && address.scopeId === 0 && isLinkLocal(address.host);
}

/** Whether datagrams `from` there come from the socket that is connected to as `peer`; only runtimes that filter themselves tell every interface. */
export function isSamePlace(from: Address, peer: Address): boolean {
  if (!(from instanceof Internet6Address && peer instanceof Internet6Address)) return from.equals(peer);
  const bare = from.scopeId === 0 || peer.scopeId === 0;
  const same = bare ? from.host.split("%", 1)[0] === peer.host.split("%", 1)[0] : from.host === peer.host;
  return same && from.port === peer.port;
}

function withScope({ host, port, flowInfo }: Internet6Address, scopeId: number | string): Internet6Address {
  return new Internet6Address(host.split("%", 1)[0] ?? host, port, { scopeId, flowInfo });
}

/** Source: RFC 4291 section 2.5.6: fe80::/10. */
function isLinkLocal(host: string): boolean {
  return /^fe[89ab]/.test(host);
}

/** undefined where looking is not allowed. */
function interfacesOf(adapter: Pick<Adapter, "interfaces">): ReturnType<Adapter["interfaces"]> | undefined {
  try {
    return adapter.interfaces();
  } catch {
    return undefined;
  }
}
