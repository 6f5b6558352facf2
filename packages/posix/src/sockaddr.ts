import {
  type Address,
  AddressFamily,
  Internet6Address,
  InternetAddress,
  SocketError,
  SocketType,
  type Syscall,
  UnixAddress,
} from "@omnisock/core";
import { decodeSockaddr, encoded } from "./decode-sockaddr.ts";
import { constants } from "./linux/constants.ts";
import { layouts } from "./linux/layouts.ts";
import { type Block, block } from "./memory.ts";
import { system } from "./system.ts";

const { sockaddr_in: IN, sockaddr_in6: IN6, sockaddr_un: UN, sockaddr_storage: STORAGE } = layouts;

/**
 * A numeric address as the kernel takes it.
 *
 * @throws {SocketError} `EAFNOSUPPORT`: no socket here has such addresses. `ENODEV`: no interface has the name of its zone.
 */
export function sockaddrOf(address: Address, syscall: Syscall): Uint8Array {
  const known = encoded.get(address);
  if (known !== undefined) return known;
  const made = encode(address, syscall);
  // The number of an interface may change; its name stays.
  if (!address.host.includes("%")) encoded.set(address, made);
  return made;
}

function encode(address: Address, syscall: Syscall): Uint8Array {
  if (address instanceof InternetAddress) return encodeInternet(address);
  if (address instanceof Internet6Address) return encodeInternet6(address, syscall);
  if (address instanceof UnixAddress) return encodeUnix(address);
  throw new SocketError("EAFNOSUPPORT", syscall, { at: address });
}

function encodeInternet({ host, port }: InternetAddress): Uint8Array {
  const { bytes, view } = block(IN.size);
  view.setUint16(IN.fields.sin_family, constants.AF_INET, true);
  view.setUint16(IN.fields.sin_port, port);
  bytes.set(octets(host), IN.fields.sin_addr);
  return bytes;
}

function encodeInternet6(address: Internet6Address, syscall: Syscall): Uint8Array {
  const { bytes, view } = block(IN6.size);
  view.setUint16(IN6.fields.sin6_family, constants.AF_INET6, true);
  view.setUint16(IN6.fields.sin6_port, address.port);
  view.setUint32(IN6.fields.sin6_flowinfo, address.flowInfo);
  bytes.set(octets6(address.host), IN6.fields.sin6_addr);
  view.setUint32(IN6.fields.sin6_scope_id, scopeOf(address, syscall), true);
  return bytes;
}

function encodeUnix({ path }: UnixAddress): Uint8Array {
  const name = new TextEncoder().encode(path);
  // A path ends with a NUL; an abstract name fills its address to the end, and to have no name is to end before it.
  const bytes = new Uint8Array(UN.fields.sun_path + name.length + (path === "" || path.startsWith("\0") ? 0 : 1));
  new DataView(bytes.buffer).setUint16(UN.fields.sun_family, constants.AF_UNIX, true);
  bytes.set(name, UN.fields.sun_path);
  return bytes;
}

/** The four bytes of a numeric IPv4 address. */
export function octets(host: string): number[] {
  return host.split(".").map(Number);
}

/** The 16 bytes of a numeric IPv6 address, its zone left out. */
export function octets6(host: string): number[] {
  const [address = ""] = host.split("%", 1);
  const [head = "", tail] = address.split("::", 2);
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  return [...front, ...new Array<number>(16 - front.length - back.length).fill(0), ...back];
}

function groups(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (group.includes(".")) return octets(group);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

function scopeOf(address: Internet6Address, syscall: Syscall): number {
  const { scopeId } = address;
  if (typeof scopeId === "number") return scopeId;
  const index = system().libc.if_nametoindex(scopeId);
  if (index === 0) throw new SocketError("ENODEV", syscall, { at: address });
  return index;
}

/** Room for an address that the kernel fills in, and its length. */
export class SockaddrBuffer {
  readonly address: Block = block(STORAGE.size);
  readonly length: Block = block(4);

  /** To be called before the kernel is given both. */
  reset(): void {
    this.length.view.setUint32(0, STORAGE.size, true);
  }

  /** What the kernel has filled in; undefined when it is nothing, as for a stream's peer. */
  decode(): Address | undefined {
    const length = Math.min(this.length.view.getUint32(0, true), STORAGE.size);
    return decodeSockaddr(this.address, 0, length);
  }
}

/** The kernel's number of a family. */
export const families: Readonly<Record<AddressFamily, number>> = {
  [AddressFamily.INET]: constants.AF_INET,
  [AddressFamily.INET6]: constants.AF_INET6,
  [AddressFamily.UNIX]: constants.AF_UNIX,
};

/** The kernel's number of a type. */
export const types: Readonly<Record<SocketType, number>> = {
  [SocketType.STREAM]: constants.SOCK_STREAM,
  [SocketType.DGRAM]: constants.SOCK_DGRAM,
  [SocketType.SEQPACKET]: constants.SOCK_SEQPACKET,
};
