import { type Address, type AddressFamily, SocketError, type SocketErrorCode, type Syscall } from "@omnisock/core";
import { constants } from "../linux/constants.ts";
import { addrinfo } from "../linux/layouts.ts";
import { block } from "../memory.ts";
import { families, SockaddrBuffer } from "../sockaddr.ts";
import { system } from "../system.ts";

const { size, fields } = addrinfo;

/** What getaddrinfo(3) reports, as far as core has a word for it. */
const codes: Readonly<Record<number, SocketErrorCode>> = {
  [constants.EAI_NONAME]: "ENOTFOUND",
  [constants.EAI_NODATA]: "ENOTFOUND",
  [constants.EAI_AGAIN]: "EAI_AGAIN",
};

/**
 * The numeric addresses that an address stands for, in the system's order, found while the thread waits.
 *
 * @throws {SocketError} `ENOTFOUND`, `EAI_AGAIN`: no such host, or no answer. `EAFNOSUPPORT`: it is of another family.
 */
export function numeric(address: Address, family: AddressFamily, syscall: Syscall): Address[] {
  if (address.family !== family) throw new SocketError("EAFNOSUPPORT", syscall, { at: address });
  return address.isNumeric ? [address] : lookUp(address.host, address.port, family);
}

function lookUp(host: string, port: number, family: AddressFamily): Address[] {
  const { libc } = system();
  const hints = block(size);
  hints.view.setInt32(fields.ai_flags, constants.AI_NUMERICSERV, true);
  hints.view.setInt32(fields.ai_family, families[family], true);
  hints.view.setInt32(fields.ai_socktype, constants.SOCK_STREAM, true);
  const list = block(8);
  const result = libc.getaddrinfo(host, String(port), hints.bytes, list.bytes);
  if (result !== 0) {
    const cause = new Error(`getaddrinfo gave ${result}`);
    throw new SocketError(codes[result] ?? "EIO", "getaddrinfo", { at: host, cause });
  }
  const first = list.view.getBigUint64(0, true);
  try {
    return [...addressesIn(first)];
  } finally {
    libc.freeaddrinfo(first);
  }
}

function* addressesIn(first: bigint): Generator<Address> {
  const { libc } = system();
  const info = block(size);
  for (let at = first; at !== 0n; at = info.view.getBigUint64(fields.ai_next, true)) {
    libc.memcpy(info.bytes, at, size);
    const address = new SockaddrBuffer();
    const length = Math.min(info.view.getUint32(fields.ai_addrlen, true), address.address.bytes.length);
    libc.memcpy(address.address.bytes, info.view.getBigUint64(fields.ai_addr, true), length);
    address.length.view.setUint32(0, length, true);
    const found = address.decode();
    if (found !== undefined) yield found;
  }
}
