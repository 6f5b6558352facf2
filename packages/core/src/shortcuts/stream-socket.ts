import { type Address, UnknownAddress } from "../address.ts";
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

/** @throws {SocketError} `EAFNOSUPPORT`: no socket is of that address's family. */
export function ofKnownFamily(at: Address | UnknownAddress, syscall: Syscall): Address {
  if (at instanceof UnknownAddress) throw new SocketError("EAFNOSUPPORT", syscall);
  return at;
}
