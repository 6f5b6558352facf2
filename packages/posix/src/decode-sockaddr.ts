import { type Address, Internet6Address, InternetAddress, UnixAddress } from "@omnisock/core";
import { constants } from "./linux/constants.ts";
import { layouts } from "./linux/layouts.ts";
import type { Block } from "./memory.ts";
import { system } from "./system.ts";

const { sockaddr_in: IN, sockaddr_in6: IN6, sockaddr_un: UN } = layouts;
/** if_indextoname(3): IF_NAMESIZE. */
const LONGEST_INTERFACE_NAME = 16;
/** So many letters fit into a path, whatever they are: each has 3 bytes of UTF-8 at most. */
const SHORTER = 35;

/** What the kernel takes for addresses that were encoded, or for what cannot be: addresses do not change. */
export const encoded: WeakMap<Address, Uint8Array> = new WeakMap<Address, Uint8Array>();

/** A name's first letter is a part of it, even if it is a byte order mark. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** IPv4 addresses that were decoded, by the low bits of host and port: they do not change, so they are handed out again. */
const known: (Address | undefined)[] = new Array(256).fill(undefined);
/** The hosts of those. */
const knownHosts = new Uint32Array(known.length);

/** The host that was decoded last, and its text: many connections come from one. */
let lastHost = 0;
let lastText = "0.0.0.0";

/** The address that lies `offset` bytes into memory; undefined when it is nothing, as for a stream's peer. */
export function decodeSockaddr(memory: Block, offset: number, length: number): Address | undefined {
  if (length < 2) return undefined;
  const { bytes, view } = memory;
  const family = view.getUint16(offset, true);
  if (family === constants.AF_INET && length >= IN.size) return decodeInternet(memory, offset);
  if (family === constants.AF_INET6 && length >= IN6.size) return decodeInternet6(view, offset);
  return unixAddress(bytes.subarray(offset, offset + Math.min(length, UN.size)));
}

function decodeInternet({ bytes, view }: Block, offset: number): Address {
  const port = view.getUint16(offset + IN.fields.sin_port);
  const host = view.getUint32(offset + IN.fields.sin_addr);
  const slot = (host ^ port) & (known.length - 1);
  const last = known[slot];
  if (last !== undefined && last.port === port && knownHosts[slot] === host) return last;
  const at = offset + IN.fields.sin_addr;
  if (host !== lastHost) {
    lastHost = host;
    lastText = bytes.subarray(at, at + 4).join(".");
  }
  const address = new InternetAddress(lastText, port);
  known[slot] = address;
  knownHosts[slot] = host;
  return address;
}

function decodeInternet6(view: DataView, offset: number): Address {
  const hextets = [];
  for (let at = 0; at < 16; at += 2) hextets.push(view.getUint16(offset + IN6.fields.sin6_addr + at).toString(16));
  const scope = view.getUint32(offset + IN6.fields.sin6_scope_id, true);
  return new Internet6Address(hextets.join(":"), view.getUint16(offset + IN6.fields.sin6_port), {
    flowInfo: view.getUint32(offset + IN6.fields.sin6_flowinfo),
    ...(scope === 0 ? {} : { scopeId: interfaceName(scope) ?? scope }),
  });
}

/** The name of a network interface; undefined when none has the index. */
export function interfaceName(index: number): string | undefined {
  return system().libc.if_indextoname(index, new Uint8Array(LONGEST_INTERFACE_NAME)) ?? undefined;
}

/**
 * A name that another program chose may be no text, or longer than ours: then it is told as well as it can be, and what the
 * kernel calls it is kept, so that it can be answered.
 */
function unixAddress(sockaddr: Uint8Array): UnixAddress {
  const name = sockaddr.subarray(UN.fields.sun_path);
  const isAbstract = name[0] === 0;
  const end = isAbstract ? -1 : name.indexOf(0);
  const path = decoder.decode(end < 0 ? name : name.subarray(0, end));
  if (path === "" || path === "\0") return UnixAddress.UNNAMED;
  const text = path.slice(0, 1) + path.slice(1).replaceAll("\0", "\uFFFD");
  if (UnixAddress.fits(text) && !text.includes("\uFFFD")) return new UnixAddress(text);
  const address = new UnixAddress(UnixAddress.fits(text) ? text : text.slice(0, SHORTER).toWellFormed());
  encoded.set(address, sockaddr.slice());
  return address;
}
