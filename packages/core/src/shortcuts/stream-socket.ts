import { type Address, parseTarget, UnknownAddress } from "../address.ts";
import { SocketType } from "../constants.ts";
import { SocketError, type Syscall } from "../errors.ts";
import type { Socket, SocketConstructor } from "../socket.ts";

/** A new stream socket of the address's family, put to use; closed again when that fails. */
export async function withSocket<T>(
  Socket: SocketConstructor,
  { family }: Address,
  use: (socket: Socket) => Promise<T>,
): Promise<T> {
  const socket = new Socket(family, SocketType.STREAM);
  try {
    return await use(socket);
  } catch (error) {
    await socket.close();
    throw error;
  }
}

/** What says where, as an object. @throws {TypeError} It is none, nor text. */
export function targetOf<T extends object>(
  at: string | T,
  verb: "connect" | "listen",
): T | ReturnType<typeof parseTarget> {
  if (typeof at === "string") return parseTarget(at);
  if (typeof at === "object" && at !== null) return at;
  throw new TypeError(`${verb}() needs an address, text, or an object with a port, not ${String(at)}`);
}

/** @throws {SocketError} `EAFNOSUPPORT`: no socket is of that address's family. */
export function ofKnownFamily(at: Address | UnknownAddress, syscall: Syscall): Address {
  if (at instanceof UnknownAddress) throw new SocketError("EAFNOSUPPORT", syscall);
  return at;
}
