import { handleOf, SocketError, type SocketType, type Syscall } from "@omnisock/core";
import { Descriptor } from "../descriptor.ts";
import type { Waits } from "./waits.ts";

/** What this package's own functions need of the handles that it gives core. */
export interface PosixHandle {
  readonly descriptor: Descriptor;
  readonly type: SocketType;
  /** Whether core takes what arrives. */
  readonly isReading: boolean;
  /** Whether core has sent a part of its bytes, and waits for room for the rest. */
  readonly isSending: boolean;
  /** undefined: the socket only listens. */
  readonly waits: Waits | undefined;
  /** Whether a call is among `waits`. */
  readonly isAwaited: boolean;
  /** Lets go of the descriptor, which stays open. */
  release(): void;
}

/**
 * The handle of a socket of this package's.
 *
 * @throws {TypeError} It is no such socket.
 * @throws {SocketError} `EBADF`: it is closed, or nothing has made it a socket of the system's yet.
 */
export function posixHandleOf(socket: object, syscall: Syscall): PosixHandle {
  return checkHandle(anyHandleOf(socket, syscall));
}

/**
 * The handle of a socket of whichever adapter.
 *
 * @throws {TypeError} It is no socket.
 * @throws {SocketError} `EBADF`: as `posixHandleOf()`.
 */
export function anyHandleOf(socket: object, syscall: Syscall): object {
  if (typeof socket !== "object" || socket === null) throw new TypeError("This is no socket of @omnisock/posix");
  const handle = handleOf(socket);
  if (handle === undefined) throw new SocketError("EBADF", syscall);
  return handle;
}

/** @throws {TypeError} It is another adapter's, or no handle at all. */
export function checkHandle(handle: object): PosixHandle {
  if ("descriptor" in handle && handle.descriptor instanceof Descriptor) return handle as PosixHandle;
  throw new TypeError("This is no socket of @omnisock/posix");
}
