import type { Address } from "../address.ts";
import { AddressFamily, SocketType } from "../constants.ts";
import { SocketError, type Syscall } from "../errors.ts";
import type { Socket, SocketConstructor } from "../socket.ts";

/** A new stream socket of the address's family, put to use; closed again when that fails. */
export async function withSocket<T>(
  Socket: SocketConstructor,
  { family }: Address,
  syscall: Syscall,
  use: (socket: Socket) => Promise<T>,
): Promise<T> {
  const known = Object.values(AddressFamily).find((one) => one === family);
  if (known === undefined) throw new SocketError("EAFNOSUPPORT", syscall);
  const socket = new Socket(known, SocketType.STREAM);
  try {
    return await use(socket);
  } catch (error) {
    await socket.close();
    throw error;
  }
}
